"""Numbers of menu lines: the same for the same, never one for two."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from maskwire_tray.sni.layout import Node, Numbers, changed
from maskwire_tray.sni.pixels import image_data, pixmap
from maskwire_tray.toolkit import Menu, MenuItem

texts = st.sampled_from(["Pause", "Resume", "5 minutes", "Block", "State 1", "State 2"])


def entry(text: str, enabled: bool, below: list[Any]) -> Any:
    return MenuItem(text, Menu(*below) if below else (lambda: None), enabled=enabled)


menus = st.lists(
    st.recursive(
        st.builds(entry, texts, st.booleans(), st.just([])),
        lambda inner: st.builds(entry, texts, st.just(True), st.lists(inner, min_size=1, max_size=3)),  # noqa: FBT003
        max_leaves=8,
    )
    | st.just(Menu.SEPARATOR),
    max_size=6,
).map(lambda items: Menu(*items))


def tree(numbers: Numbers, menu: Any) -> Node:
    return numbers.tree(menu, lambda item: item.text)


@given(st.lists(menus, min_size=2, max_size=4))
@settings(max_examples=60, deadline=None)
def test_a_number_that_can_be_clicked_never_means_two_things(shown: list[Any]) -> None:
    numbers = Numbers()
    meant: dict[int, object] = {}
    for menu in shown:
        nodes = list(tree(numbers, menu).walk())

        assert len({node.id for node in nodes}) == len(nodes)
        for node in nodes:
            if node.press is not None:
                assert meant.setdefault(node.id, node.properties["label"]) == node.properties["label"]


@given(menus)
@settings(max_examples=60, deadline=None)
def test_the_same_menu_has_the_same_numbers(menu: Any) -> None:
    numbers = Numbers()
    first, second = tree(numbers, menu), tree(numbers, menu)

    assert first == second
    assert changed(first, second) == []


def test_a_countdown_keeps_its_number() -> None:
    numbers = Numbers()
    old = tree(numbers, Menu(MenuItem("12 min", None, enabled=False), MenuItem("Resume", lambda: None)))
    new = tree(numbers, Menu(MenuItem("11 min", None, enabled=False), MenuItem("Resume", lambda: None)))

    assert old.shape() == new.shape()
    assert changed(old, new) == [(old.children[0].id, {"label": "11 min"}, [])]


def test_a_property_that_goes_is_named() -> None:
    numbers = Numbers()
    old = tree(numbers, Menu(MenuItem("A", lambda: None, checked=lambda _: True)))
    new = tree(numbers, Menu(MenuItem("A", lambda: None)))

    assert [(n, fresh, sorted(gone)) for n, fresh, gone in changed(old, new)] == [
        (old.children[0].id, {}, ["toggle-state", "toggle-type"])
    ]


def test_labels_show_their_underscores() -> None:
    node = tree(Numbers(), Menu(MenuItem("EMAIL_ADDRESS", lambda: None))).children[0]

    assert node.properties == {"label": "EMAIL__ADDRESS"}


def test_pixels_are_in_network_order() -> None:
    image = Image.new("RGBA", (2, 1), (1, 2, 3, 4))

    assert pixmap(image) == [2, 1, bytes([4, 1, 2, 3]) * 2]
    assert image_data(image) == [2, 1, 8, True, 8, 4, bytes([1, 2, 3, 4]) * 2]
