"""Upkeep of machines: counters, maintenance plans, incidents, safety sheets.

A machine that is out of service takes no reservation and no job; who had reserved it is offered something else.
"""
