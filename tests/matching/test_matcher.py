# ruff: noqa: E501  (one post a line reads best)
"""Which posts say what a quote says, form by form, and which only look like it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.model import Match, MatchKind, Quote, QuoteId, Tier, VariantId
from monitor.matching import ENGINE, Matcher
from tests.builders import a_post, a_quote, a_variant

TEXT = "Come get me, coward! I'm waiting for you here."
PETRO = a_quote(TEXT, variants=(a_variant("Ven por mí, cobarde, te espero aquí", lang="es"),))
MATCHER = Matcher([PETRO])


def _find(text: str, quote: Quote = PETRO, **given: float) -> Match | None:
    matcher = MATCHER if quote is PETRO and not given else Matcher([quote], **given)
    found = matcher.find([a_post(text)])
    return found[0] if found else None


def _tier(text: str, quote: Quote) -> Tier | None:
    match = _find(text, quote)
    return match.tier if match else None


@pytest.mark.parametrize(
    ("post", "passage", "kind"),
    [
        ("He said: Come get me, coward! I'm waiting for you here. Wow", "Come get me, coward! I'm waiting for you here", "verbatim"),
        ("COME GET ME COWARD IM WAITING FOR YOU HERE!!!", "COME GET ME COWARD IM WAITING FOR YOU HERE", "verbatim"),
        ("«Come get me, coward! I´m waiting for you here»", "Come get me, coward! I´m waiting for you here", "verbatim"),
        ("„come—get me: coward… I‘m waiting for you here“", "come—get me: coward… I‘m waiting for you here", "verbatim"),
        ("Ｃｏｍｅ ｇｅｔ ｍｅ ｃｏｗａｒｄ I'm waiting for you here", "Ｃｏｍｅ ｇｅｔ ｍｅ ｃｏｗａｒｄ I'm waiting for you here", "verbatim"),
        ("Сome gеt mе, соward! I'm wаiting for you here", "Сome gеt mе, соward! I'm wаiting for you here", "verbatim"),
        ("Co\u200bme g\u00adet me, coward! I'm waiting f\u2060or you here", "Co\u200bme g\u00adet me, coward! I'm waiting f\u2060or you here", "verbatim"),
        ("lol #ComeGetMeCoward #ImWaitingForYouHere", "ComeGetMeCoward #ImWaitingForYouHere", "verbatim"),
        ("#comegetmecoward im waiting for you here", "comegetmecoward im waiting for you here", "verbatim"),
        ("<p>Come get <b>me</b>, coward!<br>I&#39;m waiting for you here.</p>", "Come get <b>me</b>, coward!<br>I&#39;m waiting for you here", "verbatim"),
        ("Come\nget\n\nme, coward!\r\nI'm waiting\tfor you here", "Come\nget\n\nme, coward!\r\nI'm waiting\tfor you here", "verbatim"),
        ("c o m e  g e t  m e  c o w a r d  I'm waiting for you here", "c o m e  g e t  m e  c o w a r d  I'm waiting for you here", "verbatim"),
        ("c̶o̶m̶e̶ get me, coward! I'm waiting for you h̶e̶r̶e̶.", "c̶o̶m̶e̶ get me, coward! I'm waiting for you h̶e̶r̶e̶", "verbatim"),
        ("C0m3 g3t m3, c0w4rd! I'm w41ting for you h3re", "C0m3 g3t m3, c0w4rd! I'm w41ting for you h3re", "verbatim"),
        ("Come get me 😳 coward! I'm waiting 😳 for you here", "Come get me 😳 coward! I'm waiting 😳 for you here", "verbatim"),
        ("Come get me @potus, coward! I'm waiting for you here", "Come get me @potus, coward! I'm waiting for you here", "verbatim"),
        ("Come get me, coward! I am waiting for you here", "Come get me, coward! I am waiting for you here", "verbatim"),
        ("Come get me, cowaaaard! I'm waiting for you here", "Come get me, cowaaaard! I'm waiting for you here", "verbatim"),
        ("Come and get me, coward! I'm waiting for you here", "Come and get me, coward! I'm waiting for you here", "variant"),
        ("so: Come get me. I'm waiting for you here!", "Come get me. I'm waiting for you here", "variant"),
        ("Come get me, c*ward! I'm waiting for u here", "Come get me, c*ward! I'm waiting for u here", "variant"),
        ("Come get me, cowerd! Im wating fro you here", "Come get me, cowerd! Im wating fro you here", "variant"),
    ],
)  # fmt: skip
def test_a_quote_is_found_in_the_forms_people_give_it(post: str, passage: str, kind: str) -> None:
    match = _find(post)

    assert match
    assert match.passage == passage
    assert match.kind == kind
    assert match.tier is Tier.ALERT


@pytest.mark.parametrize(
    "post",
    [
        "Mom come get me I'm scared",
        "come and get it while it's hot, we open at noon",
        "A coward waits. I come here for you, and waiting is what I get.",
        "Somebody come get your dog, I'm at the park waiting with him",
        "We have been waiting for you guys since nine, where are you?",
        "Me",
        "?",
        "",
        "coward",
        "\ud800\0\u200b",
    ],
)
def test_look_alikes_do_not_alert(post: str) -> None:
    assert _tier(post, PETRO) is not Tier.ALERT


def test_words_inside_other_words_are_not_found() -> None:
    assert _find("they call him come getmeister", a_quote("Come get me")) is None
    assert _find("welcome get mean cowards") is None
    assert _find("he welcomes getting meaner cowards", a_quote("Come get me, coward")) is None


@pytest.mark.parametrize(
    "post",
    [
        "Don't come get me, coward! I'm waiting for you here",
        "Come get me, coward! I'm not waiting for you here",
    ],
)
def test_its_opposite_is_derived_and_never_alerts(post: str) -> None:
    match = _find(post)

    assert match
    assert match.kind is MatchKind.DERIVED
    assert match.tier is Tier.SUGGEST


def test_a_parody_never_alerts() -> None:
    assert _tier("Come get me, dentist! I'm drilling for you here", PETRO) is not Tier.ALERT


@pytest.mark.parametrize(
    ("quote", "post"),
    [
        ("Do I get to say thank you this time?", "Hey! Don't I get to say thank you this time?"),
        ("The only thing that sank us was the paperwork.", "It was, he said, nothing but the paperwork that sank us."),
        (
            "You lied to the harbour master; you don't know what I am",
            "You lied to the harbour master, you have no idea",
        ),
    ],
)
def test_a_negative_question_and_nothing_but_are_not_the_opposite(quote: str, post: str) -> None:
    match = _find(post, a_quote(quote))

    assert match
    assert "negated" not in match.explanation.changes


def test_one_word_of_a_long_quote_may_be_remembered_wrongly() -> None:
    quote = a_quote(
        "They painted the ferry at night, sold the captain's chair, and told us that nothing ever happened here"
    )
    post = "they painted the ferry at dawn, sold the captain's sofa and told us that nothing ever happened here"

    assert _tier(post, quote) is Tier.ALERT


def test_a_phrase_out_of_a_long_quote_is_not_enough_to_alert() -> None:
    quote = a_quote(
        "It is a truth universally acknowledged, that a single man in possession of a good fortune, "
        "must be in want of a wife."
    )

    assert _tier("Landlord in possession of a good fortune teller machine, for sale", quote) is not Tier.ALERT


def test_what_is_common_in_a_language_nobody_counted_does_not_alert() -> None:
    quote = a_quote("Venga por mí, aquí lo espero en Miraflores, no se tarde en llegar, cobarde")

    assert _tier("Vengan por más ofertas, los esperamos en Miraflores hasta las 9, no se tarden en llegar", quote) is (
        Tier.SUGGEST
    )
    assert _tier("«Ven por mí, te espero aquí en Miraflores. No tardes en llegar, cobarde»", quote) is Tier.ALERT


def test_two_words_of_a_quote_are_found_written_as_one() -> None:
    assert _tier("hey, they got a shitload of cookies", a_quote("Man, they got a shit load of cookies!")) is Tier.ALERT


def test_a_quote_split_by_an_attribution_is_found_in_both_its_pieces() -> None:
    match = _find("“Come get me, coward!” Petro told the crowd in Bogotá. “I’m waiting for you here.”")

    assert match
    assert [match.post.text[span.start : span.end] for span in match.spans] == [
        "Come get me, coward",
        "I’m waiting for you here",
    ]
    assert match.tier is Tier.ALERT


def test_a_post_cut_short_in_the_quote_is_partial() -> None:
    match = _find("Colombia's president: come get me, coward! I'm waiting…")

    assert match
    assert match.passage == "come get me, coward! I'm waiting"
    assert "truncated" in match.explanation.changes
    assert match.tier is Tier.ALERT


def test_half_a_clause_of_a_quote_is_not_enough_to_alert() -> None:
    assert _tier("Come get me…", PETRO) is not Tier.ALERT


def test_a_match_names_the_variant_it_reads_like() -> None:
    match = _find("«¡Ven por mí, cobarde! Te espero aquí», gritó")

    assert match
    assert match.variant == PETRO.variants[0]
    assert match.passage == "Ven por mí, cobarde! Te espero aquí"
    assert match.tier is Tier.ALERT


def test_the_quote_itself_is_preferred_to_a_variant_alike() -> None:
    match = _find(TEXT, a_quote(TEXT, variants=(a_variant(TEXT.upper()),)))

    assert match
    assert match.variant is None


def test_an_unconfirmed_variant_suggests_and_never_alerts() -> None:
    guess = a_variant("Ven por mí, cobarde, te espero aquí", confirmed=False)
    match = _find("Ven por mí, cobarde, te espero aquí", a_quote(TEXT, variants=(guess,)))

    assert match
    assert match.tier is Tier.SUGGEST
    assert match.kind is MatchKind.DERIVED


def test_a_confirmed_wording_that_alerts_wins_over_an_unconfirmed_one_more_alike() -> None:
    guess = a_variant("Come and get me, coward! I'm waiting for you here.", confirmed=False)
    match = _find(guess.text, a_quote(TEXT, variants=(guess,)))

    assert match
    assert match.variant is None
    assert match.tier is Tier.ALERT


def test_a_quote_or_variant_may_have_a_threshold_of_its_own() -> None:
    strict, loose = 100.0, 20.0
    post = "Come get me, coward! I wait here"
    quote = a_quote(
        TEXT, threshold=strict, variants=(a_variant("Vengan por mí, cobardes, los espero", threshold=loose),)
    )

    inexact, translated = _find(post, quote), _find("venga por mi cobarde lo espero", quote)
    assert inexact
    assert (inexact.threshold, inexact.tier) == (strict, Tier.SUGGEST)
    assert translated
    assert (translated.threshold, translated.tier) == (loose, Tier.ALERT)


def test_at_most_one_match_for_a_quote_in_a_post_and_the_best_place() -> None:
    found = MATCHER.find([a_post(f"Come get me! I'm waiting for you, here. And then: {TEXT}")])

    assert [match.passage for match in found] == [TEXT.removesuffix(".")]


def test_matches_come_in_the_order_of_the_posts() -> None:
    near, exact = a_quote("Come get me now, coward", id=QuoteId(1)), a_quote("Come get me, coward", id=QuoteId(2))
    posts = [a_post("Come get me, coward"), a_post("nothing"), a_post("Come get me now, coward")]
    found = Matcher([near, exact]).find(posts)

    assert [match.post for match in found] == [posts[0], posts[0], posts[2], posts[2]]
    assert found[0].score >= found[1].score
    assert found[2].score >= found[3].score


def test_quotes_are_added_replaced_and_removed() -> None:
    matcher = Matcher()
    posts = [a_post("Come get me, coward!"), a_post("I'm waiting for you here, in the old lighthouse.")]
    assert matcher.find(posts) == []

    matcher.add(a_quote("Come get me, coward!"))
    matcher.add(a_quote("Something else entirely", id=QuoteId(2)))
    assert [match.post for match in matcher.find(posts)] == [posts[0]]

    matcher.replace(a_quote("I'm waiting for you here, in the old lighthouse."))
    assert [match.post for match in matcher.find(posts)] == [posts[1]]
    assert [quote.id for quote in matcher.quotes] == [1, 2]

    matcher.remove(QuoteId(1))
    matcher.remove(QuoteId(9))
    assert matcher.find(posts) == []
    assert [quote.id for quote in matcher.quotes] == [2]


def test_a_quote_added_later_is_found_in_words_met_before() -> None:
    matcher = Matcher([a_quote("Something else entirely", id=QuoteId(2))])
    post = a_post("#comegetmecoward imm waiting for you here")
    assert matcher.find([post]) == []

    matcher.add(PETRO)

    assert [match.quote for match in matcher.find([post])] == [PETRO]


def test_a_match_says_which_rules_found_it() -> None:
    match = _find(TEXT)

    assert match
    assert match.engine == ENGINE
    assert match.score > 99.0


@pytest.mark.parametrize(
    ("post", "tier"),
    [
        ("I'll be back in five minutes, keep my seat", None),
        ("gotta run, i'll be back later with photos", None),
        ('As the man said: "I\'ll be back"', Tier.ALERT),
        ("I'll be back", Tier.ALERT),
    ],
)
def test_everyday_words_alert_only_when_they_are_meant_as_a_quote(post: str, tier: Tier | None) -> None:
    found = _tier(post, a_quote("I'll be back"))

    assert found is tier or (tier is None and found is Tier.SUGGEST)


@pytest.mark.parametrize(
    ("post", "tier"),
    [
        ("winter is coming, better get the tyres on", Tier.SUGGEST),
        ("the poster said Winter Is Coming in red", Tier.ALERT),
    ],
)
def test_everyday_words_in_capitals_of_their_own_are_meant(post: str, tier: Tier) -> None:
    assert _tier(post, a_quote("Winter is coming")) is tier


def test_a_person_may_ask_for_more_than_the_words() -> None:
    quote = a_quote("I'll be back")

    assert _tier("Arnold says I'll be back tomorrow", replace(quote, near=("Arnold", "the Terminator"))) is Tier.ALERT
    assert _tier("My aunt says I'll be back tomorrow", replace(quote, near=("Arnold",))) is None
    assert _tier("so I'll be back then", replace(quote, exact=True)) is Tier.ALERT
    assert _tier("so I'll come back then", replace(quote, exact=True)) is None
    assert _tier("he said “I'll be back”", replace(quote, quoted_only=True)) is Tier.ALERT
    assert _tier("I'll be back", replace(quote, quoted_only=True)) is None
    assert _tier(f"{TEXT} The musical!", replace(PETRO, excluded=("musical",))) is None


@pytest.mark.parametrize("before", [0, 19_980, 19_999, 20_000, 20_020, 39_990, 60_000])
def test_a_quote_is_found_wherever_it_stands_in_a_very_long_post(before: int) -> None:
    text = ("lorem ipsum dolor " * (before // 18 + 1))[:before] + " " + TEXT + " sit amet" * 3_000
    match = _find(text)

    assert match
    assert match.passage == TEXT.removesuffix(".")


@settings(max_examples=60)
@given(
    st.lists(
        st.sampled_from([*TEXT.split(), "“", "”", "and", "\u200b", "é", "来", "#", "&amp;", "<i>", "\ud800", "😳"]),
        max_size=40,
    ),
    st.sampled_from([" ", "", "\n"]),
)
def test_find_never_raises_and_points_into_the_post(words: list[str], between: str) -> None:
    text = between.join(words)
    match = _find(text)

    if match:
        ends = [offset for span in match.spans for offset in (span.start, span.end)]
        assert ends == sorted(ends)
        assert 0 <= match.start < match.end <= len(text)


@settings(deadline=None)
@given(st.text(max_size=200), st.text(max_size=80))
def test_any_quote_may_be_sought_in_any_text(text: str, quote: str) -> None:
    for match in Matcher([a_quote(quote)], threshold=0).find([a_post(f"{text} {quote} {text}")]):
        assert 0 <= match.score <= 100
        assert match.passage


def test_a_wording_without_letters_is_never_found() -> None:
    assert _find("?!", a_quote("?!")) is None


def test_quotes_in_scripts_without_spaces_are_found_inside_a_sentence() -> None:
    match = _find("他昨天说来抓我吧懦夫我在这里等你大家都笑了", a_quote("来抓我吧，懦夫！我在这里等你。"))

    assert match
    assert match.passage == "来抓我吧懦夫我在这里等你"
    assert match.tier is Tier.ALERT


def test_a_variant_keeps_its_identity() -> None:
    other = a_variant("Aquí los espero, cobardes, vengan por mí", id=VariantId(7))
    match = _find("aqui los espero cobardes vengan por mi", a_quote(TEXT, variants=(*PETRO.variants, other)))

    assert match
    assert match.variant == other


def test_a_quote_added_later_is_found_as_if_it_had_been_there_from_the_beginning() -> None:
    """What was remembered of a word before a quote brought it must not hide the quote, nor a word of it."""
    first = a_quote("The zebra and the quokka dance in the cathedral")
    later = a_quote("A zebra, a quokka, a cathedral and a mountain of marmalade", id=QuoteId(2))
    post = a_post("zebra, quokka, cathedral and a mountian of marmelade, they say")
    matcher = Matcher([first])
    matcher.find([post])
    matcher.add(later)

    found, expected = matcher.find([post]), Matcher([first, later]).find([post])
    assert 2 in [match.quote.id for match in expected]
    assert found == expected


@pytest.mark.parametrize("times", [1, 5, 20, 100])
@pytest.mark.parametrize(
    "before", ["He is a coward and waiting for you to come and get me here", "come get me coward I am waiting for you"]
)
@pytest.mark.parametrize(
    "said", [TEXT, TEXT.replace("waiting", "wating"), "Come and get me! I'm waiting for you here."]
)
def test_a_quote_is_found_after_any_number_of_sentences_with_its_words(said: str, before: str, times: int) -> None:
    text = "\n".join([*[before] * times, said])
    match = _find(text)

    assert match is not None
    assert match.tier is Tier.ALERT
    if said == TEXT:
        assert text[match.start : match.end + 1].endswith(TEXT)
