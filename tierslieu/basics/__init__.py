"""Pure ground floor: spans, hours, money, ids, errors, actors. Standard library only, no input or output."""
