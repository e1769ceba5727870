"""Which attributes and elements of Office XML hold a person's words. Sans-IO.

Attributes are structure unless they are listed here, or read like words: an edit of structure would break the file.
Source: https://ecma-international.org/publications-and-standards/standards/ecma-376/
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

SHEET = "sheet"
"""The element of a workbook that names a sheet; the label of that name's field."""

STRUCTURE = frozenset(
    {
        *("posOffset", "pctWidth", "pctHeight", "align", "col", "row", "colOff", "rowOff", "tableStyleId", "attrName"),
        *(
            "created",
            "modified",
            "lastPrinted",
            "filetime",
            "date",
            "bool",
            "i4",
            "TotalTime",
            "AppVersion",
            "revision",
        ),
        *("Pages", "Words", "Characters", "CharactersWithSpaces", "Lines", "Paragraphs", "Slides", "Notes", "Template"),
        *("DocSecurity", "ScaleCrop", "LinksUpToDate", "SharedDoc", "HyperlinksChanged", "Application"),
        *("sqref", "Anchor", "ClientData", "ptCount", "formatCode"),
    }
)
"""Elements whose text is a measure, a date of the file, or a reference."""

_ANYWHERE = frozenset(
    {
        *("author", "descr", "title", "initials", "tooltip", "display", "displayName", "userId", "instr", "string"),
        *("prompt", "promptTitle", "error", "errorTitle", "userName", "caption", "location", "alt", "text", "comment"),
        *("displayText", "description", "connection", "command", "url", "sourceFile", "totalsRowLabel", "user"),
    }
)
"""Attributes that hold a person's words in any element."""

_IN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "name": frozenset(
            {
                *(SHEET, "cNvPr", "docPr", "property", "cmAuthor", "tableColumn", "bookmarkStart", "cacheField"),
                *("section", "custShow", "scenario", "connection", "protectedRange", "worksheetSource", "docVar"),
            }
        ),
        "val": frozenset(
            {
                *("alias", "tag", "docVar", "attr", "filter", "customFilter", "query", "connectString", "statusText"),
                *("helpText", "default", "result", "inputCells", "udl", "dataSource", "addressFieldName"),
            }
        ),
        "value": frozenset({"listItem"}),
        "v": frozenset({"s"}),
        "sheet": frozenset({"worksheetSource"}),
    }
)
"""Attributes that do so in these elements; ``<s v="…"/>`` is a copy of a cell that a pivot table keeps."""

_WORDS = re.compile(r"[^\W\d_]{2}[,.]?\s+[^\W\d_]{2}|\S@\S")
"""Two words, or a sign of an address, in an attribute that nobody listed."""

_NO_WORDS = frozenset(
    {
        *(
            "Ignorable",
            "Requires",
            "ProcessContent",
            "PreserveElements",
            "PreserveAttributes",
            "schemaLocation",
            "style",
        ),
        *("typeface", "ascii", "hAnsi", "eastAsia", "cs", "path", "coordsize", "spans", "formatCode", "panose", "refs"),
        *("Type", "ContentType", "Extension", "PartName", "xpath", "prefixMappings", "uri", "contentType", "sqref"),
    }
)
_NO_WORDS_IN = frozenset(
    {
        *("lsdException", "style", "font", "cellStyle", "tableStyle", "dxf", "theme", "clrScheme", "fontScheme"),
        *(
            "fmtScheme",
            "tblStyle",
            "name",
            "latentStyles",
            "rFonts",
            "numFmt",
            "mathFont",
            "tableStyleInfo",
            "cSld",
            "lvlText",
        ),
    }
)
"""Names of styles, fonts and number formats: words of the program."""


def is_words(element: str, attribute: str, value: str) -> bool:
    """Tell whether an attribute holds a person's words; names are without prefixes."""
    if attribute in _ANYWHERE or element in _IN.get(attribute, ()):
        return True
    if attribute in _NO_WORDS or element in _NO_WORDS_IN:
        return False
    return _WORDS.search(value) is not None
