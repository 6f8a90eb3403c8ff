"""Days of the Gregorian calendar, for any year: datetime ends at the year 1."""

DAY = 86_400_000  # milliseconds
_DAYS_OF_400_YEARS = 146_097
_DAYS_BEFORE_1970 = 719_468  # since 1 March of the year 0


def day(at: int) -> str:
    """Write the UTC day of a moment in milliseconds: ``2023-10-28``, ``-0044-03-15``.

    Years are astronomical, as in ISO 8601: 0 is 1 BC. Counts from 1 March, so that the leap day
    comes last in its year.
    """
    days = at // DAY + _DAYS_BEFORE_1970
    era, of_era = divmod(days, _DAYS_OF_400_YEARS)
    year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    date = of_year - (153 * month + 2) // 5 + 1
    january = month >= 10  # noqa: PLR2004 - January and February belong to the next year
    written = era * 400 + year + january
    sign = "-" if written < 0 else ""
    return f"{sign}{abs(written):04d}-{month - 9 if january else month + 3:02d}-{date:02d}"
