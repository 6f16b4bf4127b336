"""Adapters: one per way of speaking to a real machine or meter."""
