"""Files that are downloaded again: the tokens in them become values. Sans-IO."""

import json
import re

from maskwire.errors import BlockedError
from maskwire.stream.restorer import Restoration, restore_text
from maskwire.wire.attachments.file import File, Reading
from maskwire.wire.attachments.opening import open_file
from maskwire.wire.document import Edit, Field, Place
from maskwire.wire.restoring import restored_text

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


def restore_file(file: File, how: Restoration) -> bytes:
    """Return a file's content with values in place of tokens, written as its type demands: quoted, escaped, packed.

    A file that cannot be read or edited comes back as it is, its tokens still in it: nothing is lost by that.
    """
    try:
        document = open_file(file, Reading(allow_media=True))
        return document.splice({i: edits for i, each in enumerate(document.fields) if (edits := _restored(each, how))})
    except BlockedError:
        return file.content


def _restored(field: Field, how: Restoration) -> list[Edit]:
    if field.place is not Place.NUMBER:
        return restored_text(field.text, how)
    value = restore_text(field.text, how)
    if value == field.text:
        return []
    return [Edit(0, len(field.text), value if _NUMBER.fullmatch(value) else json.dumps(value, ensure_ascii=False))]
