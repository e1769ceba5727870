"""Names where programs write them: JSON, CSV, YAML, SQL, logs, source code, mail, chats, forms."""

import json
import random
from collections.abc import Callable

from people import Person, handle, make_person
from slots import WORDS, Text, _plain, digits, make_address, make_company, make_date, make_place

PERSON_KEYS = """name full_name fullName customer customer_name client client_name contact contactName author owner assignee
reporter reviewer approver created_by createdBy updated_by employee employee_name manager patient patientName doctor tenant
guest passenger driver student teacher holder cardholder account_holder beneficiary recipient sender signatory buyer seller
user user_name display_name displayName person participant speaker lead agent nurse insured spouse child parent guarantor
shipTo billTo attention requester applicant candidate witness plaintiff landlord member subscriber caller organizer host""".split()
GIVEN_KEYS = "first_name firstName given_name givenName fname forename first vorname prenom nombre nick".split()
FAMILY_KEYS = "last_name lastName surname family_name familyName lname last nachname nom apellido cognome".split()
OTHER_KEYS = (
    "status plan role type title product category currency color department country city priority language env".split()
)
PLAIN_VALUES = """active Premium Basic Pending Closed Open High Low Admin Editor Viewer Standard Enterprise Monthly Annual USD EUR
Red Blue Sales Support Marketing Production Staging English German Wireless Mouse Desk Lamp True False None Approved Rejected
Draft Trial Gold Silver Finance Engineering Warehouse Operations""".split()


def _value(language: str) -> str:
    kind = random.random()
    if kind < 0.35:
        return random.choice(PLAIN_VALUES)
    if kind < 0.5:
        return random.choice(WORDS["tools"])
    if kind < 0.6:
        return f"{random.choice(PLAIN_VALUES)} {random.choice(PLAIN_VALUES)}"
    if kind < 0.7:
        return random.choice(
            ("backend-service", "user_profile", "maxRetries", "v2", "eu-west-1", "MainController", "getUser")
        )
    return _plain(random.choice("ETNIMDHAQG"), language)


def _cells(language: str) -> list[tuple[str, str, str]]:
    """Return some fields of a record about somebody: key, value, entity."""
    person = make_person(language)
    cells: list[tuple[str, str, str]] = []
    if random.random() < 0.7:
        cells.append((random.choice(PERSON_KEYS), person.form("P"), "PERSON"))
    else:
        cells += [
            (random.choice(GIVEN_KEYS), person.given, "PERSON"),
            (random.choice(FAMILY_KEYS), person.family, "PERSON"),
        ]
    if random.random() < 0.4:
        cells.append(
            (random.choice(("email", "mail", "e_mail")), f"{handle(person)}@mail.{random.choice(('com', 'org'))}", "")
        )
    if random.random() < 0.2:
        cells.append((random.choice(("city", "town", "birthplace")), make_place(language), "LOCATION"))
    if random.random() < 0.2:
        cells.append((random.choice(("company", "employer", "organization")), make_company(language), "ORG"))
    for _ in range(random.randint(0, 3)):
        cells.append((random.choice(OTHER_KEYS), _value(language), ""))
    if random.random() < 0.25:
        cells.append((random.choice(PERSON_KEYS), make_person(language).form("P"), "PERSON"))
    if random.random() < 0.25:
        cells.append(("id", digits(5), ""))
    if random.random() < 0.2:
        cells.append((random.choice(("address", "street", "homeAddress", "ship_to")), make_address(language), ""))
    if random.random() < 0.12:
        cells.append((random.choice(("login", "user", "username", "handle", "uid")), handle(person), ""))
    random.shuffle(cells)
    return cells


def as_json(language: str) -> Text:
    """A JSON object or an array of them."""
    text = Text()
    indent = random.choice(("", " ", "\n  "))
    for i in range(random.randint(1, 3)):
        text.add("{" if not i else ",\n{")
        for j, (key, value, entity) in enumerate(_cells(language)):
            quoted = json.dumps(value, ensure_ascii=False)[1:-1]
            text.add(f'{"," if j else ""}{indent}"{key}": "').add(quoted, entity).add('"')
        text.add(indent.rstrip(" ") + "}")
    return text


def as_csv(language: str) -> Text:
    """Rows of cells under a header, or without."""
    text = Text()
    mark = random.choice((",", ",", ";", "\t", "|"))
    keys = [key for key, _, _ in _cells(language)]
    kinds = [k in PERSON_KEYS for k in keys]
    if random.random() < 0.7:
        text.add(mark.join(keys) + "\n")
    for _ in range(random.randint(1, 5)):
        for j, is_person in enumerate(kinds):
            if j:
                text.add(mark)
            person = make_person(language)
            value, entity = (person.form("P"), "PERSON") if is_person else (_value(language), "")
            if keys[j] in GIVEN_KEYS or keys[j] in FAMILY_KEYS:
                value, entity = (person.given if keys[j] in GIVEN_KEYS else person.family), "PERSON"
            quote = '"' if mark in value or random.random() < 0.1 else ""
            text.add(quote).add(value, entity).add(quote)
        text.add("\n")
    return text


def as_lines(language: str) -> Text:
    """``key: value`` lines, as YAML, env files, forms and front matter have them."""
    text = Text()
    mark, quote = random.choice(
        ((": ", ""), (": ", '"'), (" = ", '"'), ("=", ""), (": ", "'"), (" : ", ""), ("\t", ""))
    )
    lead = random.choice(("", "", "  ", "- ", "* ", "> ", "# ", "-- ", "// "))
    for key, value, entity in _cells(language):
        label = key if random.random() < 0.5 else key.replace("_", " ").title()
        text.add(f"{lead}{label}{mark}{quote}").add(value, entity).add(f"{quote}\n")
    return text


def as_sql(language: str) -> Text:
    """Statements with names as literals."""
    text = Text()
    table = random.choice(("employees", "orders", "patients", "members", "accounts", "leads"))
    cells = _cells(language)
    if random.random() < 0.5:
        text.add(f"INSERT INTO {table} ({', '.join(key for key, _, _ in cells)}) VALUES (")
        for j, (_, value, entity) in enumerate(cells):
            text.add(", '" if j else "'").add(value.replace("'", "''"), entity).add("'")
        return text.add(");")
    key, value, entity = next(cell for cell in cells if cell[2] == "PERSON")
    verb = random.choice(
        (f"SELECT * FROM {table} WHERE", f"UPDATE {table} SET active = 0 WHERE", f"DELETE FROM {table} WHERE")
    )
    return text.add(f"{verb} {key} = '").add(value.replace("'", "''"), entity).add("' LIMIT 10;")


def as_log(language: str) -> Text:
    """Lines of logs that name users."""
    text = Text()
    for _ in range(random.randint(1, 3)):
        level = random.choice(("INFO", "WARN", "ERROR", "DEBUG"))
        text.add(
            f"{random.randint(2019, 2027)}-0{random.randint(1, 9)}-1{digits(1)} {digits(2)}:{digits(2)}:{digits(2)} {level} "
        )
        where = random.choice(
            ("AuthService", "http.server", "[worker-3]", "com.app.UserController", "main", "OrderQueue")
        )
        what = random.choice(
            ("login ok for {}", 'user="{}" action=delete', "created invoice for {} total=12.50", "Could not notify {}",
             "patient={} ward=4", "Session of {} expired", "mail sent to {} <x@y.io>", "Timeout in {}", "Started {}")
        )  # fmt: skip
        before, after = what.split("{}")
        if what.startswith(("Timeout", "Started")):
            text.add(f"{where} {before}{random.choice(WORDS['tools'])}{after}\n")
        else:
            text.add(f"{where} {before}").add(make_person(language).form("P"), "PERSON").add(f"{after}\n")
    return text


def as_code(language: str) -> Text:
    """Source code with names in strings and comments."""
    text = Text()
    person = make_person(language)
    name, mail = person.form("P"), f"{handle(person)}@{random.choice(('corp', 'mail', 'home'))}.com"
    shape = random.randrange(9)
    key = random.choice(PERSON_KEYS)
    if shape == 0:
        return text.add(f'{key} = "').add(name, "PERSON").add(f'"\nassert fetch_{key}({digits(2)}) == {key}\n')
    if shape == 1:
        return (
            text.add("/**\n * @author ")
            .add(name, "PERSON")
            .add(f" <{mail}>\n * @since 1.{digits(1)}\n */\nclass OrderList {{\n")
        )
    if shape == 2:
        return text.add("# TODO(").add(person.given, "PERSON").add("): remove after the migration\nreturn None\n")
    if shape == 3:
        return text.add('    user = User.objects.create(name="').add(name, "PERSON").add(f'", email="{mail}")\n')
    if shape == 4:
        return text.add("// reviewed by ").add(name, "PERSON").add(f", {make_date()}\nconst limit = {digits(3)};\n")
    if shape == 5:
        return text.add("commit " + "".join(random.choice("0123456789abcdef") for _ in range(40)) + "\nAuthor: ").add(
            name, "PERSON").add(f" <{mail}>\nDate:   Mon Mar 3 10:11:12 2025 +0100\n\n    Fix Null Pointer in Cache Manager\n")  # fmt: skip
    if shape == 6:
        return text.add("Co-authored-by: ").add(name, "PERSON").add(f" <{mail}>\nSigned-off-by: ").add(
            make_person(language).form("P"), "PERSON").add(" <x@example.org>\n")  # fmt: skip
    if shape == 7:
        return text.add(f"<p class=\"{key}\">").add(name, "PERSON").add(f"</p>\n<td>{random.choice(PLAIN_VALUES)}</td><td>").add(
            make_person(language).form("P"), "PERSON").add("</td>")  # fmt: skip
    text.add("customers = [")
    for i in range(random.randint(2, 4)):
        text.add(", '" if i else "'").add(make_person(language).form("P").replace("'", ""), "PERSON").add("'")
    return text.add("]\n")


def as_mail(language: str) -> Text:
    """Headers, a body and a signature."""
    text = Text()
    sender, receiver = make_person(language), make_person(language)
    quote = random.choice(('"', ""))
    if random.random() < 0.7:
        for header, person in (("From", sender), ("To", receiver)):
            text.add(f"{header}: {quote}").add(person.form("P"), "PERSON").add(f"{quote} <{handle(person)}@mail.com>\n")
        text.add(f"Subject: {random.choice(('Re: ', 'Fwd: ', ''))}{random.choice(WORDS['subjects']).title()}\n\n")
    greeting = {"de": "Hallo", "es": "Hola", "fr": "Bonjour", "it": "Ciao", "pt": "Olá", "nl": "Beste", "pl": "Cześć",
                "ru": "Здравствуйте,", "uk": "Вітаю,", "zh": "你好", "ja": "こんにちは、"}.get(language, random.choice(("Hi", "Hello", "Dear", "Hey")))  # fmt: skip
    text.add(f"{greeting} ").add(receiver.form(random.choice("FFP")), "PERSON").add(",\n\n")
    text.add(
        random.choice(
            (
                "see the attachment.",
                "any news?",
                "ok for me.",
                "Thanks for the call.",
                "ok.",
                "The Server is down again.",
            )
        )
    )
    close = random.choice(
        ("Best,", "Regards,", "Thanks!", "Cheers,", "--", "BR", "Kind regards", "VG", "Thx,", "Saludos,", "Sincerely,")
    )
    text.add(f"\n\n{close}\n").add(sender.form(random.choice("FPP")), "PERSON")
    if random.random() < 0.5:
        text.add(f"\n{random.choice(WORDS['jobs']).title()}, ").add(make_company(language), "ORG").add(
            f"\nTel. {_plain('T', language)}\n"
        )
    return text


def as_chat(language: str) -> Text:
    """A conversation with speakers."""
    text = Text()
    speakers = [make_person(language).form(random.choice("FFP")) for _ in range(2)]
    form = random.choice(("{}: ", "[10:0{n}] {}: ", "<{}> ", "{} (11:2{n}):\n", "**{}**: ", "{} wrote: ", "@{} "))
    said = (
        "did you deploy it?",
        "not yet, tests are red",
        "ok",
        "Can we move it to Friday?",
        "lgtm",
        "who broke Jenkins?",
        "Thanks!",
        "Sure.",
    )
    for i in range(random.randint(2, 5)):
        before, after = form.replace("{n}", digits(1)).split("{}")
        text.add(before).add(speakers[i % 2], "PERSON").add(after + random.choice(said) + "\n")
    return text


def as_card(language: str) -> Text:
    """Contacts, calendar entries, tables and labels."""
    person = make_person(language)
    text = Text()
    shape = random.randrange(6)
    if shape == 0:
        return text.add("BEGIN:VCARD\nVERSION:3.0\nN:").add(person.family, "PERSON").add(";").add(person.given, "PERSON").add(
            ";;;\nFN:").add(f"{person.given} {person.family}", "PERSON").add("\nORG:").add(make_company(language), "ORG").add("\nEND:VCARD\n")  # fmt: skip
    if shape == 1:
        return (
            text.add("ORGANIZER;CN=")
            .add(person.form("P"), "PERSON")
            .add(f":mailto:{handle(person)}@cal.org\nSUMMARY:Weekly Sync\n")
        )
    if shape == 2:
        text.add("| Person | Status | Due |\n|---|---|---|\n")
        for _ in range(random.randint(1, 4)):
            text.add("| ").add(make_person(language).form("P"), "PERSON").add(
                f" | {random.choice(PLAIN_VALUES)} | {make_date()} |\n"
            )
        return text
    if shape == 3:
        return (
            text.add(person.form("P"), "PERSON")
            .add(f"\n{_plain('A', language)}\n{digits(5)} ")
            .add(make_place(language), "LOCATION")
            .add("\n")
        )
    if shape == 4:
        return (
            text.add("<row><")
            .add("holder>")
            .add(person.form("P"), "PERSON")
            .add(f"</holder><plan>{random.choice(PLAIN_VALUES)}</plan></row>")
        )
    return (
        text.add("dn: cn=")
        .add(person.form("P"), "PERSON")
        .add(",ou=Users,dc=corp,dc=com\nsn: ")
        .add(person.family, "PERSON")
        .add("\n")
    )


def as_nothing(language: str) -> Text:
    """Records that hold no name where names often stand."""
    text = Text()
    rows = [
        (random.choice(("name", "title", "label", "owner", "author", "from", "contact", "user")), _value(language))
        for _ in range(3)
    ]
    shape = random.randrange(4)
    if shape == 0:
        return text.add(json.dumps(dict(rows), ensure_ascii=False))
    if shape == 1:
        return text.add("".join(f"{key}: {value}\n" for key, value in rows))
    if shape == 2:
        return text.add(",".join(key for key, _ in rows) + "\n" + ",".join(value for _, value in rows) + "\n")
    greeting = random.choice(("Hi", "Hello", "Dear", "Thanks,", "Regards,", "Best,\n", "Ask", "Ping", "cc"))
    role = random.choice(
        (
            "Team",
            "All",
            "Everyone",
            "Support",
            "Customer",
            "Sir",
            "Admin",
            "Billing",
            "Friends",
            "Colleagues",
            "HR",
            "IT",
        )
    )
    return text.add(
        f"{greeting} {role}, please check {random.choice(WORDS['tools'])} and {random.choice(WORDS['eponyms'])}."
    )


FORMATS: tuple[tuple[float, Callable[[str], Text]], ...] = (
    (1.5, as_json), (1.5, as_csv), (1.5, as_lines), (0.8, as_sql), (0.7, as_log), (1.5, as_code), (1.5, as_mail), (1.0, as_chat),
    (1.2, as_card), (1.5, as_nothing),
)  # fmt: skip
"""How often each format comes, and what writes it."""

__all__ = ["FORMATS", "Person"]
