"""Dates as people write them. Sans-IO."""

FIRST_YEAR, LAST_YEAR = 1900, 2030
"""Years in which somebody alive may have been born, with room for those to come."""

_NAMES = """
jan feb mar apr may jun jul aug sep oct nov dec mär mrz mai okt dez fév avr juin juil aoû déc ene abr ago set dic
gen mag giu lug ott fev out dez mei mrt maa sty lut kwi maj cze lip sie wrz paź lis gru янв фев мар апр май мая июн
июл авг сен окт ноя дек січ лют бер кві тра чер лип сер вер жов лис гру oca şub nis haz tem ağu eyl eki kas ara
tam hel huh tou kes hei elo syy lok mar jou led úno bře dub kvě čer srp zář říj pro ian iun iul noi ιαν φεβ μαρ απρ
μαΐ μαϊ ιου αυγ σεπ οκτ νοε δεκ jui már ápr máj jún júl sze jaa vee juu det des agu avg sij vel ožu tra svi srp kol ruj
stu sau vas kov bal geg bir rgp rgs spa lap gru jūn jūl яну юни юли сеп ное 年 月 日 년 월 일
"""
_MONTHS = frozenset(_NAMES.split())
"""The first three letters of the months. Source: https://cldr.unicode.org/"""


def birth_date(value: str) -> bool:
    """Tell whether a date names a year in which somebody alive may have been born; two digits may mean any."""
    numbers = "".join(c if "0" <= c <= "9" else " " for c in value).split()
    years = [int(number) for number in numbers if len(number) == 4]
    return not years or any(FIRST_YEAR <= year <= LAST_YEAR for year in years)


def month_word(value: str) -> bool:
    """Tell whether the word in a date begins like a month, in the languages that the rules know."""
    letters = "".join(c if c.isalpha() else " " for c in value.casefold()).split()
    return any(word[:3] in _MONTHS or word in _MONTHS for word in letters)
