"""Matching: where the posts say what a tracked quote says. Pure: quotes and texts in, matches out.

1. **Normalize** (`normalize`): quote and post are made plain (letter case, punctuation, accents, markup, styled and
   look-alike letters), and every plain character still knows where it stood in the text as it was given.
2. **Windows** (`windows`): a long text is taken in overlapping windows, so that time is bounded. A text with quotation
   marks is also read without the attribution between two quoted stretches.
3. **Score** (`score`): RapidFuzz says which stretch is most like the quote; it is moved to word borders and measured
   with `ratio`, and the ratio is put on a scale on which 85 is the same evidence for a short quote and a long one.
   A text that is cut short, or shorter than the quote, may hold a part of it (`partial`).
4. **Explain** (`explain`): which words were kept, changed, inserted, missing, and what kind of match that is.

A worked example. The quote is "Come get me, coward!", the post says "PETRO: Come and get me, c0ward!!".

    plain quote   come get me coward           18 characters
    plain post    petro come and get me coward
    best stretch  come and get me coward       ratio 2 · 18 / (18 + 22) = 90.0
    score         100 - (100 - 90.0) · 1.339 = 86.6; for 18 characters a ratio of 88.8 is 85
    match         "Come and get me, c0ward", variant, alert: 86.6 ≥ 85

`Matcher` is the face the rest of the program uses; everything is worked out again from (quotes, ENGINE, text).
"""

from monitor.matching.explain import as_html, as_text
from monitor.matching.matcher import ENGINE, Matcher
from monitor.matching.normalize import Normalized, normalize

__all__ = ["ENGINE", "Matcher", "Normalized", "as_html", "as_text", "normalize"]
