"""Which findings of a model cannot be names of people after all. Sans-IO.

A model sees shapes and neighbours; these few rules know what it should not have to learn. They judge people only:
organizations and places are reported below the default threshold anyway.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from maskwire.detect.names_called import names_thing
from maskwire.spans import Span

_MONTHS_AND_DAYS = """
january february march april may june july august september october november december jan feb mar apr jun jul
aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun
januar februar märz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonntag
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes
miércoles jueves viernes sábado domingo janvier février mars avril juin juillet août septembre octobre
novembre décembre lundi mardi mercredi jeudi vendredi samedi dimanche gennaio febbraio aprile maggio giugno
luglio settembre ottobre dicembre lunedì martedì mercoledì giovedì venerdì sabato domenica styczeń luty marzec
kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień
"""

_ROLES = """
team support customer client user admin administrator system assistant human bot agent server service sir madam
everyone everybody all anyone nobody guest root null none true false undefined unknown anonymous test example
default name person hello hi hey dear thanks thank please regards best cheers sincerely yes no ok okay mom dad mum
god summarise summarize translate rewrite draft explain write составь напиши schreibe fasse rédige résume escribe
resume scrivi riassumi escreva napisz schrijf huisarts hausarzt hausmeister kundenservice médico dokter arzt doctor
nurse physician lekarz врач лікар director manager comptabilité klientka klient kunde kundin cliente клиент клієнт
дзвонив дзвонила подзвонив звонил звонила
"""

_ACRONYMS = """
henkilötunnus hetu kennitala fødselsnummer personnummer asmens kodas isikukood rodné číslo рнокпп снилс cnic mykad
curp rut oib egn cnp amka rfc nric nino
iban bic swift ssn itin ein mac ip ipv4 ipv6 vin imei dns http https tls ssl vpn api sdk cpu gpu ram usb pdf csv xml
json yaml toml sql html css pin otp mfa nhs npi mbi dob icd pesel nip regon dni nie nif cpf cnpj bsn nir siren siret
tva vat gst pan aadhaar steuer inn snils uuid guid sha aes jwt oauth saml ldap smtp imap ssh ftp aws gcp utc gmt pst
est eur usd gbp jpy chf pln ron czk huf sek nok dkk bgn hrk isk try inr cny krw brl mxn zar aud nzd cad sgd hkd thb
idr myr php vnd uah rub ils aed sar egp ngn kes
"""

_PRODUCTS = """
anthropic claude siri openai presidio ollama cohere groq bedrock azure mistral gemini llama copilot chatgpt gpt qwen
deepseek perplexity huggingface langchain llamaindex codex grok midjourney vertex databricks snowflake redshift
bigquery javascript typescript kotlin golang haskell erlang elixir clojure django fastapi rails laravel symfony
hibernate react angular vue svelte nextjs nuxt jquery bootstrap tailwind webpack vite rollup eslint prettier
circleci ansible terraform pulumi vagrant docker podman kubernetes istio kafka rabbitmq redis memcached postgres
postgresql mysql mariadb sqlite mongodb couchbase neo4j elasticsearch opensearch kibana logstash grafana
prometheus datadog sentry splunk nagios zabbix github gitlab bitbucket jira confluence outlook powerpoint
onedrive sharepoint asana trello airtable figma photoshop illustrator blender windows linux ubuntu debian fedora
centos macos ios android safari firefox chrome chromium opera nginx apache tomcat jetty caddy traefik haproxy
gunicorn uvicorn airflow hadoop trino dbt tableau selenium cypress playwright puppeteer jest mocha pytest junit
testng mockito postman swagger insomnia google microsoft amazon apple facebook netflix twitter linkedin
instagram whatsapp telegram youtube tiktok reddit stripe paypal twilio sendgrid mailchimp salesforce hubspot
zendesk shopify magento wordpress drupal joomla oracle sap ibm intel nvidia amd echarts plotly matplotlib numpy
pandas scipy pytorch tensorflow keras spacy nltk jupyter anaconda conda pip npm yarn pnpm maven gradle bazel
cmake homebrew chocolatey
"""

MAX_HEADER = 1000
"""Characters of a first line that may name the columns of a table."""

WORDS = frozenset(f"{_MONTHS_AND_DAYS} {_ROLES} {_ACRONYMS} {_PRODUCTS}".split())
"""Words that are no person by themselves, whatever the model says. Products that are names too (Jenkins, Cassandra) are
left to the model."""

_CODE = re.compile(r"[证號号码碼_/\\=<>{}\[\]|@#$%^*+~]|::|\w\(|[a-z]\d|\d[A-Za-z]|(?<=[a-z]{3})(?<!Fitz)[A-Z]|\.\w+\.")
"""What stands in identifiers, paths and addresses and in no name."""

_JOINED_BEFORE = re.compile(r"[_@/\\$#&=\d]$|\w[.-]$")
_JOINED_AFTER = re.compile(r"[_@(\\+\d]|[./-]\w")
"""What joins a word to more of an identifier."""

_DEFINED_BEFORE = re.compile(r"\b(?:class|def|import|struct|interface|func|fn|enum|namespace|extends) $")
_LONGEST = len("xnamespace ")
"""Characters of the longest of these words, with what tells that it begins there."""

_CALLED_AFTER = re.compile(r"\((?!s\))|\.[a-z_]+\(|::")
_EDGE_OF_WORD = re.compile(r"\b")
"""What stands beside the name of a class, a function or a module in code."""

_NO_NAME_EAST = re.compile(
    r"^[\u3400-\u9fff]$|^(?:周|星期|礼拜)[一二三四五六日天末]|^(?:张家|黄山|王者|高兴|高度|马上|金额|方法|方便|方式|方案|安全|安排|石油|白云|"
    r"江苏|江西|万一|程序|程度|许多|许可|范围|顾客|顾问|任务|任何|余额|曾经|毛病|康复|施工|雷达|钱包|武器|夏天|易于|安静|安心|谢谢|王国|林业|于是|何时|华为)"
)
"""Chinese that is no name: a single character, a day of the week, a word that begins like a surname."""

_ABBREVIATED = re.compile(r"[A-ZÄÖÜ]\. ?[a-zäöü]\. ")
"""An abbreviation of two words, as physicians write them (Z. n., V. a.)."""

_PLACE_LABEL = re.compile(
    r"(?i)(?:^|[\s\"'`{,;|<-])(?:city|town|village|country|province|county|ort|stadt|wohnort|ciudad|pueblo|provincia|ville|pays|"
    r"città|comune|cidade|plaats|miasto|kraj|город|місто|страна|product|brand|item|colou?r|category|department|company|"
    r"organi[sz]ation|project|currency|language|bank|employer|birthplace|place of birth)[\"'`*]{0,3}\s?[:=|]\s?[\"'`]?$"
)
"""A label that says that what follows is no person."""

_PLACE_COLUMN = re.compile(
    r"(?i)^[\"']?(?:city|town|village|country|province|county|ort|stadt|wohnort|ciudad|provincia|ville|pays|città|comune|cidade|"
    r"plaats|miasto|kraj|город|місто|product|brand|item|colou?r|category|department|company|organi[sz]ation)[\"']?$"
)
"""A column whose cells are no people."""

_JOINTS = "'’-"

_WORD_START = re.compile(r"[^\W\d_]{1,20}$")
_WORD_END = re.compile(r"[^\W\d_]{2,30}")

_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{3})[.!?]\s+(?=\w)")
"""Where one sentence ends and another begins. Initials and most titles are shorter; the rest is in ``_TITLES``."""

_TITLES = re.compile(
    r"(?i)(?:prof|dott|ssa|sig|frau|herr|hon|capt|rev|gen|col|sgt|mrs|mme|mlle|srta|dipl|ing|mag|msc|mba|phd)$"
)

_WITHIN = """
af al am an auf av bin da dal de degli dei del della delle den der des di do dos du e el ibn in la las le los mac op
of san ten ter und van vom von y zu zum zur 't
"""
_PARTICLES = frozenset(_WITHIN.split())
"""Small words within names."""

_CALLED = """
najemca najemczyni klient klientka pacjent pacjentka sąsiad sąsiadka pracownik szef uczeń орендар орендарка клієнт
клієнтка пацієнт пацієнтка сусід сусідка колега працівник директор арендатор клиент клиентка пациент пациентка сосед
соседка коллега сотрудник жилец mieter mieterin kunde kundin patient patientin nachbar nachbarin kollege kollegin
inquilino inquilina cliente paciente vecino vecina condomino paziente vicino vicina locataire client voisin voisine
collègue huurder huurster klant patiënt buurman buurvrouw tenant landlord customer employee neighbor neighbour guest
passenger witness student
"""
_BEARERS = frozenset(_CALLED.split())
"""What somebody is called before the name: it stands with a capital only at the beginning of a sentence."""

_EDGES = " \t\n\r\"'`´“”„«»‘,;:!?()-–—·・"


def kept(text: str, spans: Iterable[Span]) -> list[Span]:
    """Return the spans that may be what they say, trimmed of marks at their edges.

    People that only an apostrophe or a hyphen parts are one (O'Neil, Jean-Luc).
    """
    result = []
    for span in _merged(text, spans):
        for part in _parts(text, span) if span.entity == "PERSON" else (span,):
            trimmed = _trim(text, part)
            if trimmed is not None and (span.entity != "PERSON" or _may_be_person(text, trimmed)):
                result.append(trimmed)
    return result


def _parts(text: str, span: Span) -> Iterator[Span]:
    """Yield the names in ``span``: one a sentence, whole at hyphens, without what the person is called before."""
    start = span.start
    for end in _SENTENCE_END.finditer(text, span.start, span.end):
        if _TITLES.search(text, span.start, end.start()) is None:
            yield replace(span, start=start, end=end.start())
            start = end.end()
    yield _whole(text, _named(text, replace(span, start=start)))


def _whole(text: str, span: Span) -> Span:
    """Return ``span`` with the rest of a word that a hyphen or an apostrophe cuts (Mei-Ling, Dell'Orto)."""
    start, end = span.start, span.end
    if text[start - 1 : start] == "-" and text[start].isupper():
        before = _WORD_START.search(text, max(0, start - 21), start - 1)
        if (
            before is not None
            and before[0][0].isupper()
            and text[before.start() - 1 : before.start()] in ("", " ", "\n")
        ):
            start = before.start()
    if text[end : end + 1] in ("-", "'", "’") and text[end + 1 : end + 2].isupper():
        after = _WORD_END.match(text, end + 1)
        end = after.end() if after is not None else end
    return replace(span, start=start, end=end)


def _named(text: str, span: Span) -> Span:
    """Return ``span`` without a word before the name that says who it is (aunt, tenant)."""
    first, gap, rest = text[span.start : span.end].partition(" ")
    if not gap or not rest or not (rest[0].isupper() or first.lower() in _BEARERS):
        return span
    plain = first.islower() and first not in _PARTICLES and len(first) > 1
    return replace(span, start=span.start + len(first) + 1) if plain or first.lower() in _BEARERS else span


def _merged(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    last: Span | None = None
    for span in sorted(spans):
        if last is None:
            last = span
        elif last.entity == span.entity == "PERSON" and span.start == last.end + 1 and text[last.end] in _JOINTS:
            last = Span(last.start, span.end, "PERSON", max(last.score, span.score), last.rule)
        else:
            yield last
            last = span
    if last is not None:
        yield last


def _trim(text: str, span: Span) -> Span | None:
    start, end = span.start, span.end
    while start < end and text[start] in _EDGES:
        start += 1
    while start < end and text[end - 1] in _EDGES:
        end -= 1
    if start == end:
        return None
    return span if (start, end) == (span.start, span.end) else Span(start, end, span.entity, span.score, span.rule)


def _may_be_person(text: str, span: Span) -> bool:
    value = text[span.start : span.end]
    if _CODE.search(value) or not any(c.isalpha() for c in value) or _ABBREVIATED.match(value):
        return False
    if _NO_NAME_EAST.match(value):
        return False
    if _PLACE_LABEL.search(text[max(0, span.start - 32) : span.start]) or _in_place_column(text, span.start):
        return False
    words = value.lower().split()
    if len(words) == 1 and (words[0].strip(".") in WORDS or _inside_identifier(text, span)):
        return False
    if names_thing(text, span) or (len(words) == 1 and _names_code(text, value)):
        return False
    return not all(word.strip(".,") in WORDS for word in words)


def _names_code(text: str, word: str) -> bool:
    """Tell whether ``word`` names a class, a function or a module elsewhere in ``text``."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        called = _CALLED_AFTER.match(text, end) and _EDGE_OF_WORD.match(text, at)
        if called or (_EDGE_OF_WORD.match(text, end) and _DEFINED_BEFORE.search(text, max(0, at - _LONGEST), at)):
            return True
        at = text.find(word, at + 1)
    return False


def _inside_identifier(text: str, span: Span) -> bool:
    """Tell whether a single word is part of a longer identifier, address or path."""
    before, after = text[max(span.start - 2, 0) : span.start], text[span.end : span.end + 2]
    if _JOINED_BEFORE.search(before):
        return before[-1] != "@" or after[:1] == "."
    return _JOINED_AFTER.match(after) is not None or (
        text[span.start].islower() and after[:1] == ":" and after[1:].isalnum()
    )


def _in_place_column(text: str, at: int) -> bool:
    """Tell whether ``at`` is in a cell of a table whose first line names the column as one of places or things."""
    start = text.rfind("\n", 0, at) + 1
    if not start:
        return False
    header = text[: min(text.find("\n"), MAX_HEADER)]
    for mark in (";", "\t", "|", ","):
        if mark in header:
            names = header.split(mark)
            column = text.count(mark, start, at)
            return column < len(names) and _PLACE_COLUMN.match(names[column].strip()) is not None
    return False
