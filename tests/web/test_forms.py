from monitor.web.forms import Form, Said, changes, clusters, gather

QUOTE = "Come get me, coward! I'm waiting for you here."


def gathered(*passages: str) -> dict[str, Form]:
    forms: dict[str, Form] = {}
    gather(
        forms, [Said(text, 1, number, f"2026-01-0{number}T00:00:00.000Z") for number, text in enumerate(passages, 1)]
    )
    return forms


def test_passages_of_the_same_words_are_one_form_named_after_the_usual_writing() -> None:
    found = clusters(QUOTE, gathered("COME GET ME COWARD", "Come get me, coward!", "Come get me,  coward!"))

    assert [(one.text, one.matches, one.first_match) for one in found.shown] == [("Come get me, coward!", 3, 1)]


def test_forms_that_differ_by_a_letter_are_one_cluster() -> None:
    text = "Come get me, coward! I am waiting for you here."
    found = clusters(QUOTE, gathered(text, text.replace("waiting", "waitin"), "Something else was said about it"))

    assert [(one.forms, one.matches) for one in found.shown] == [(2, 2), (1, 1)]


def test_each_form_hangs_under_the_earlier_one_it_is_most_like() -> None:
    longer = "Come and get me, coward! I'm waiting for you here."
    found = clusters(QUOTE, gathered(QUOTE, longer, "Come and get me, coward! I'm waiting for you right here, now."))

    own = found.tree[0]
    assert own.cluster.text == QUOTE
    assert own.children[0].cluster.text == longer
    assert own.children[0].children[0].cluster.first_match == 3


def test_what_came_first_hangs_under_nothing_later() -> None:
    found = clusters(QUOTE, gathered("Come and get me, coward! I'm waiting for you here.", QUOTE))

    assert [branch.cluster.first_match for branch in found.tree] == [1, 2] or len(found.tree) == 1
    assert found.tree[0].cluster.first_match == 1


def test_a_change_is_told_word_by_word() -> None:
    assert changes("come get me coward", "Come and get me") == (
        ("kept", "Come"),
        ("added", "and"),
        ("kept", "get me"),
        ("left out", "coward"),
    )


def test_many_forms_are_shown_in_part_and_counted_in_full() -> None:
    words = [f"{chr(97 + a) * 9} {chr(97 + b) * 9} said so" for a in range(10) for b in range(10) if a != b]
    forms: dict[str, Form] = {}
    gather(forms, [Said(text, 1, number, "2026-01-01T00:00:00.000Z") for number, text in enumerate(words)])
    found = clusters(QUOTE, forms)

    assert found.forms == 90
    assert len(found.shown) + found.rest == 90
    assert len(found.shown) == 24


def test_a_blanked_passage_is_no_form() -> None:
    assert gathered("", " … ") == {}


def test_nothing_found_has_no_forms() -> None:
    assert clusters(QUOTE, {}).tree == ()
