"""Values as they may stand in a JSON string: astral, lone surrogates, NUL, empty; and findings of them."""

from hypothesis import strategies as st

from maskwire.entities import KINDS
from maskwire.vault import Finding

any_text = st.text(st.characters(exclude_categories=()), max_size=60)
"""Any code points, surrogates included."""

entities = st.sampled_from(sorted(KINDS))

findings = st.builds(Finding, entities, any_text, st.just("") | any_text)
