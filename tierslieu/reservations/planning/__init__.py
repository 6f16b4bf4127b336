"""The planning of staff: a day or a week with who, what and where; moving by hand; the programme on paper."""
