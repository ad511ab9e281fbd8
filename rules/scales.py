"""
The grading scales of 32 European countries and Turkey, with how well each is known.

A scale is the practice of institutions, not of countries: an agreement may always bring a
partner's own. Known: A means that a page of an institution or authority was read, B a
secondary page, U common knowledge (models/scale.py, `Confidence`).
"""

from decimal import Decimal

from models.grading import Confidence, GradeOutcome, Scale, SpecialGrade

_RANGES = """
name   | title                    | best | worst | step | pass | known | source
at-5   | Austria, 1 to 5          | 1    | 5     | 1    | 4    | A     | em-gsmart.zgis.net
be-20  | Belgium, 20 to 0         | 20   | 0     | 1    | 10   | A     | uhasselt.be
bg-6   | Bulgaria, 6.00 to 2.00   | 6    | 2     | 0.01 | 3    | A     | mu-varna.bg; intrelations.nsa.bg
ch-6   | Switzerland, 6 to 1      | 6    | 1     | 0.05 | 4    | B     | en.wikipedia, Switzerland
cy-10  | Cyprus, 10 to 0          | 10   | 0     | 0.5  | 5    | B     | docslib 5688309
cz-4   | Czechia, 1 to 4          | 1    | 4     | 1    | 3    | A     | NCSU list (VSE: 4 fails)
es-10  | Spain, 10 to 0           | 10   | 0     | 0.1  | 5    | A     | em-dmkm.eu
fi-5   | Finland, 5 to 0          | 5    | 0     | 1    | 1    | B     | openeducat.org, Nordic gradebook
fr-20  | France, 20 to 0          | 20   | 0     | 0.01 | 10   | A     | em-dmkm.eu; LCT table
gr-10  | Greece, 10 to 0          | 10   | 0     | 0.5  | 5    | B     | copy of Wikipedia
hr-5   | Croatia, 5 to 1          | 5    | 1     | 1    | 2    | B     | docslib 5688309
hu-5   | Hungary, 5 to 1          | 5    | 1     | 1    | 2    | A     | eng.unideb.hu
ie-100 | Ireland, 100 to 0        | 100  | 0     | 1    | 40   | A     | fipdes.eu (TU Dublin)
is-10  | Iceland, 10 to 0         | 10   | 0     | 0.5  | 5    | B     | studyineurope.eu
it-30  | Italy, 30 to 0           | 30   | 0     | 1    | 18   | A     | unicam.it; fipdes.eu; unipr.it
li-6   | Liechtenstein, 6 to 1    | 6    | 1     | 0.05 | 4    | B     | psyland25.com: the Swiss system
lt-10  | Lithuania, 10 to 1       | 10   | 1     | 1    | 5    | B     | copy of Wikipedia
lu-20  | Luxembourg, 20 to 0      | 20   | 0     | 1    | 10   | A     | uni.lu grading_system
lv-10  | Latvia, 10 to 1          | 10   | 1     | 1    | 4    | B     | k12academics; mcollege.eu
mt-100 | Malta, 100 to 0          | 100  | 0     | 1    | 45   | A     | LCT table; fainternational.eu
nl-10  | Netherlands, 10 to 1     | 10   | 1     | 0.1  | 5.5  | A     | maastrichtmba.com
pt-20  | Portugal, 20 to 0        | 20   | 0     | 0.1  | 9.5  | B     | en.wikipedia, Decreto-Lei 42/2005
ro-10  | Romania, 10 to 1         | 10   | 1     | 1    | 5    | B     | copy of Wikipedia
si-10  | Slovenia, 10 to 1        | 10   | 1     | 1    | 6    | A     | erasmusplus.um.si
tr-4   | Turkey, 4.0 to 0.0       | 4    | 0     | 0.5  | 2    | U     |
uk-100 | United Kingdom, 100 to 0 | 100  | 0     | 1    | 40   | A     | brighton.ac.uk
"""

_SETS = """
name      | title               | values, best first                          | pass | known | source
cz-letter | Czechia, A to F     | A B C D E F                                 | E    | A     | slu.cz
de-5      | Germany, 1.0 to 5.0 | 1.0 1.3 1.7 2.0 2.3 2.7 3.0 3.3 3.7 4.0 5.0 | 4.0  | A     | emcl
dk-7      | Denmark, 12 to -3   | 12 10 7 4 02 00 -3                          | 02   | A     | videndjurs.dk
ects      | ECTS, A to F        | A B C D E FX F                              | E    | A     | ECTS to 2009
ects-6    | ECTS, A to FX/F     | A B C D E FX/F                              | E    | A     | LCT table
ee-letter | Estonia, A to F     | A B C D E F                                 | E    | B     | docslib 5688309
no-letter | Norway, A to F      | A B C D E F                                 | E    | A     | hiof.no
pass-fail | Pass or fail        | pass fail                                   | pass | U     |
pl-5      | Poland, 5.0 to 2.0  | 5.0 4.5 4.0 3.5 3.0 2.0                     | 3.0  | A     | iro.pk.edu.pl
se-3      | Sweden, VG to U     | VG G U                                      | G    | A     | student.his.se
se-5      | Sweden, 5 to U      | 5 4 3 U                                     | 3    | A     | fipdes.eu, Lund
se-letter | Sweden, A to F      | A B C D E FX F                              | E    | A     | student.his.se
sk-letter | Slovakia, A to FX   | A B C D E FX                                | E    | U     |
tr-letter | Turkey, AA to FF    | AA BA BB CB CC DC DD FD FF                  | CC   | U     |
"""

_NOTES = {
    "be-20": "8 and 9 are fails that can be tolerated; whole numbers are Flemish practice",
    "bg-6": "halves were seen, finer steps are not confirmed",
    "ch-6": "quarters, halves and tenths are all in use",
    "fr-20": "6 to 9.99 may be compensated",
    "gr-10": "the step of 0.5 is not confirmed",
    "is-10": "the step of 0.5 is not confirmed",
    "li-6": "quarters, halves and tenths are all in use",
    "lu-20": "the step of 1 is not confirmed",
    "lv-10": "5 passes at some universities",
    "mt-100": "35 to 44 may be a compensated pass",
    "nl-10": "6.0 passes at some universities",
    "pt-20": "raw grades have tenths, final ones are whole: 9.5 becomes 10",
    "ro-10": "1 is also given for cheating",
    "tr-4": "1.5 and 1.0 pass on conditions in places",
    "tr-letter": "DC and DD pass on conditions in places",
    "uk-100": "40 passes up to EQF level 6, 50 above",
}

_NUMBERS = {
    "ee-letter": "5 4 3 2 1 0",
    "tr-letter": "4.0 3.5 3.0 2.5 2.0 1.5 1.0 0.5 0.0",
}

_PASS_MARKS = {"uk-100": {7: "50", 8: "50"}}

_NO_COUNTRY = ("ects", "ects-6", "pass-fail")


def _honours(code: str, number: str, title: str) -> tuple[SpecialGrade, ...]:
    counts_as = Decimal(number)
    return (
        SpecialGrade(code=code, outcome=GradeOutcome.PASSED, title=title, above=True, counts_as=counts_as),
    )


def _ungraded(passed: str, failed: str) -> tuple[SpecialGrade, ...]:
    return (
        SpecialGrade(code=passed, outcome=GradeOutcome.PASSED, title="without a grade"),
        SpecialGrade(code=failed, outcome=GradeOutcome.FAILED, title="without a grade"),
    )


_CREDIT = (SpecialGrade(code="Z", outcome=GradeOutcome.PASSED, title="credit without a grade"),)
_NOUGHT = SpecialGrade(
    code="0", outcome=GradeOutcome.FAILED, title="cheating or not attended, in places", misconduct=True
)

_SPECIAL = {
    "at-5": _ungraded("completed", "not completed"),
    "ch-6": (_NOUGHT,),
    "cz-4": _CREDIT,
    "cz-letter": _CREDIT,
    "de-5": _ungraded("pass", "fail"),
    "ee-letter": _ungraded("pass", "fail"),
    "es-10": _honours("MH", "10", "matricula de honor, at most 5 % of the group"),
    "fi-5": _ungraded("pass", "fail"),
    "it-30": _honours("30L", "30", "30 with honours"),
    "no-letter": _ungraded("pass", "fail"),
    "pl-5": _honours("5.5", "5.5", "above 5.0 where it exists"),
}


def _rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()[1:]]


def _country(name: str) -> str | None:
    return None if name in _NO_COUNTRY else name[:2].upper().replace("UK", "GB")


def _range(row: list[str]) -> Scale:
    name, title, best, worst, step, mark, known, source = row
    return Scale(
        id=name,
        title=title,
        country=_country(name),
        best=Decimal(best),
        worst=Decimal(worst),
        step=Decimal(step),
        pass_mark=mark,
        pass_marks=_PASS_MARKS.get(name, {}),
        special=_SPECIAL.get(name, ()),
        confidence=Confidence(known),
        source=source,
        note=_NOTES.get(name, ""),
    )


def _set(row: list[str]) -> Scale:
    name, title, values, mark, known, source = row
    letters = values.split()
    return Scale(
        id=name,
        title=title,
        country=_country(name),
        values=tuple(letters),
        numbers=dict(zip(letters, map(Decimal, _NUMBERS.get(name, "").split()), strict=False)),
        pass_mark=mark,
        special=_SPECIAL.get(name, ()),
        literal=name == "dk-7",
        confidence=Confidence(known),
        source=source,
        note=_NOTES.get(name, ""),
    )


CATALOGUE: dict[str, Scale] = {
    scale.id: scale for scale in (*map(_range, _rows(_RANGES)), *map(_set, _rows(_SETS)))
}
"""Every known scale by its name, as in `fr-20`."""
