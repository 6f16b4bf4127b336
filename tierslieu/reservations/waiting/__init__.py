"""The waiting list: who wants a time that is taken is told when it becomes free, in the order of arrival."""
