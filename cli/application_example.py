"""An application to start from; `learner apply --example` prints it."""

EXAMPLE = """\
# An application to Digitally Competent Educators. Change what is yours, then:
#   ./collegium learner apply FILE
programme: dce
cohort: 2027-spring          # as `./collegium intake list` names it
person:
  given_name: Aino
  family_name: Lehtinen
  mail: aino.lehtinen@example.org
  birth_date: 1990-04-01
  nationality: FI            # two capital letters (ISO 3166-1)
  # esi: urn:schac:personalUniqueCode:int:esi:fi:12345
evidence:                    # a file beside this one, or the title of what is shown on paper
  - {kind: identity, title: Passport}
  - {kind: motivation, title: Letter of motivation}
  - {kind: cv, title: Curriculum vitae}
  - {kind: degree, title: Master of Education, eqf_level: 7, isced_f: '0111'}
  - {kind: language, title: Certificate of English, language: en, cefr: C1}
claims:                      # prior learning to be recognised; leave it out if there is none
  - claim: earlier-course
    course: introduction
    kind: formal
    eqf_level: 7
    ects_claimed: 5
    years_ago: 2
main_partner: uab            # where the main registration is to be; it can be chosen later
acknowledged_notice: true    # the agreement's notice to applicants has been read
"""
