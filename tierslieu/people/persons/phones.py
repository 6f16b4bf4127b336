"""Phone numbers: typed in many ways, kept in one. Pure."""

import phonenumbers

HOME = "FR"
"""The country of a number that names none."""


def kept(text: str) -> str:
    """The international form (+33612345678). Raises ValueError("bad_phone").

    What could be a number is enough: numbers set aside for fiction, and new ranges, are no mistakes.
    """
    try:
        number = phonenumbers.parse(text, HOME)
    except phonenumbers.NumberParseException:
        raise ValueError("bad_phone") from None
    if number.extension or not phonenumbers.is_possible_number(number):
        raise ValueError("bad_phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def shown(phone: str) -> str:
    """The number as people write it: « 06 12 34 56 78 », with the country's code for the others."""
    try:
        number = phonenumbers.parse(phone, HOME)
    except phonenumbers.NumberParseException:
        return phone
    is_home = number.country_code == phonenumbers.country_code_for_region(HOME)
    form = phonenumbers.PhoneNumberFormat.NATIONAL if is_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form).replace(" ", "\u00a0")
