"""Matching: where the posts say what a tracked quote says, in whatever words. Pure: quotes and texts in, matches out.

A post goes through these stages; each is a module, read in this order.

1. **Normalize** (`letters`, `markup`, `words`, `normalize`, with the tables of `lexicon`): text becomes words. Accents,
   styled and look-alike letters, markup, hashtags, leetspeak, contractions and numbers are made plain, and each word
   keeps the way back to where it stood.
2. **Candidates** (`similarity`, `keys`, `meanings`, `postings`, `reach`, `candidates`): an index from the rarest words
   of each quote to the quote, asked with the words of many posts at once and those they may be slips of, in flat arrays
   (`rows`). Most posts end here. What is left is a quote and the stretches of a post that may hold it.
3. **Align** (`wording`, `chain`, `align`): which word of the stretch is which word of the quote; a local alignment over
   words, in which each word counts the bits that it proves (`frequencies`), and clauses may have changed places. Of a
   post that may hold too many quotes, only the likeliest (`effort`).
4. **Score** (`features`, `swaps`, `opposite`, `context`, `score`): some forty numbers about the alignment, weighed by a
   logistic model whose weights are in weights.json. The score is a probability: of a hundred passages scored 90, ninety
   are the quote. What the words alone make hopeless is told first (`ceiling`).
5. **Decide** (`decide`): verbatim, variant, partial, or derived (a parody, the opposite); whether it alerts.
6. **Explain** (`explain`, `steps`, `chance`): what became of each word, and how likely it is by accident.

`calibrate` says, when a quote is added, how often it would alert by accident and which condition to ask for.

A worked example. The quote is "Come get me, coward! I'm waiting for you here."; a post says
"“Come and get me,” Petro said. “I’m waiting for you here.”"

    words and bits   come 6.9  get 4.9  me 4.2  coward 13.9  i 2.3  am 1.9  waiting 9.1  for 1.2 ...     53 in all
    candidate        by pairs of its words, with one between at most: two are asked for; "come get", "i waiting", "am
                     waiting" are there
    alignment        come [and] get me [petro said] i am waiting for you here; coward is missing         39 of 53 bits
    by chance        2^-39 a place: less than once in 10,000,000 posts
    score            60 and more alerts; two spans, without the attribution; kind variant

Sources: term weights as self-information, Church and Gale 1999 (Inverse document frequency); local alignment, Smith and
Waterman 1981, with sparse chaining, Eppstein et al. 1992; prefix filter, Chaudhuri, Ganti, Kaushik 2006; logistic
calibration, Platt 1999; how quotes change on the way, Simmons, Adamic, Adar 2011 (Memes online).

`Matcher` is the face the rest of the program uses; everything is worked out again from (quotes, ENGINE, text).
"""

from monitor.matching.calibrate import Calibration, Condition, calibrate
from monitor.matching.explain import as_html, as_text
from monitor.matching.matcher import ENGINE, Matcher

__all__ = ["ENGINE", "Calibration", "Condition", "Matcher", "as_html", "as_text", "calibrate"]
