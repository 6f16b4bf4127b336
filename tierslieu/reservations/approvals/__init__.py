"""Requests that wait for somebody's answer: the queue of those who answer, and what happens to each request."""
