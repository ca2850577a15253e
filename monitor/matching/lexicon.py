"""Word tables for English as it is written in posts: contractions, slang spellings, numbers, words that inflect alike.

They make no claim to completeness; what is not listed is compared letter by letter.
"""

_SUBJECTS = [
    "i",
    "you",
    "he",
    "she",
    "it",
    "we",
    "they",
    "that",
    "this",
    "there",
    "what",
    "who",
    "where",
    "how",
    "when",
    "here",
    "why",
    "everything",
    "everybody",
    "nobody",
]
_ENDINGS = {"'ll": "will", "'d": "would", "'ve": "have", "'re": "are"}
_NEGATED = [
    "do",
    "does",
    "did",
    "is",
    "are",
    "was",
    "were",
    "have",
    "has",
    "had",
    "would",
    "could",
    "should",
    "must",
    "need",
    "might",
    "ai",
]
_BARE = """ive=i have|youve=you have|weve=we have|theyve=they have|youre=you are|theyre=they are|im=i am|thats=that is
whats=what is|whos=who is|heres=here is|theres=there is|hes=he is|shes=she is|youll=you will|theyll=they will
itll=it will
id=i would|youd=you would|theyd=they would|dont=do not|doesnt=does not|didnt=did not|isnt=is not|arent=are not
wasnt=was not
werent=were not|havent=have not|hasnt=has not|hadnt=had not|wouldnt=would not|couldnt=could not|shouldnt=should not
cant=can not|wont=will not|aint=is not|lets=let us|couldve=could have|wouldve=would have|shouldve=should have
yall=you all"""
_SLANG = """gonna=going to|gotta=got to|wanna=want to|outta=out of|lemme=let me|gimme=give me|kinda=kind of
sorta=sort of
dunno=do not know|coulda=could have|woulda=would have|shoulda=should have|cannot=can not|whatcha=what are you
gotcha=got you
u=you|ya=you|ye=you|ur=your|r=are|em=them|cuz=because|cos=because|coz=because|til=until|till=until|thru=through|tho=though
plz=please|pls=please|ppl=people|w=with|b4=before|gr8=great|2nite=tonight|tonite=tonight|2day=today|2morrow=tomorrow
alot=a lot|alright=all right|ok=okay|o=of|an'=and|nite=night|lite=light|luv=love|dat=that|dis=this|dem=them|da=the
de=the
wot=what|wuz=was|iz=is|n=and|an'=and|yer=your|yo=your|y=why|bout=about|fer=for|goin=going|nothin=nothing|somethin=something
everythin=everything|comin=coming|doin=doing|gettin=getting|lookin=looking|talkin=talking|waitin=waiting|tryin=trying
mah=my|lawd=lord|dinnae=do not|cannae=can not|didnae=did not|wasnae=was not|aye=yes|afore=before|hath=has|doth=does
thou=you|thee=you|thy=your|ne'er=never|o'er=over|e'en=even|s'pose=suppose|b=be|x-mas=christmas|xmas=christmas
lemme=let me
oughta=ought to|oughtta=ought to|supposta=supposed to|sumbitch=son of a bitch|fella=fellow|whatta=what are
sonofabitch=son of a bitch
innit=is it not
fuckin=fucking|livin=living|makin=making|takin=taking|thinkin=thinking|workin=working|runnin=running|havin=having"""
_SPELLING = """grey=gray|whisky=whiskey|tyre=tire|gaol=jail|cheque=check|kerb=curb|mum=mom|favour=favor|colour=color
honour=honor
theatre=theater|centre=center|defence=defense|offence=offense|programme=program|aeroplane=airplane"""
_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def _pairs(table: str) -> dict[str, str]:
    return dict(entry.split("=") for line in table.splitlines() for entry in line.split("|"))


def _contractions() -> dict[str, tuple[str, ...]]:
    known = {subject + short: f"{subject} {long}" for subject in _SUBJECTS for short, long in _ENDINGS.items()}
    known |= {f"{verb}n't": f"{'is' if verb == 'ai' else verb} not" for verb in _NEGATED}
    known |= {subject + "'s": f"{subject} is" for subject in _SUBJECTS if subject not in ("i", "you", "we", "they")}
    known |= {"i'm": "i am", "let's": "let us", "can't": "can not", "won't": "will not", "shan't": "shall not"}
    known |= {
        "y'all": "you all",
        "'em": "them",
        "'cause": "because",
        "'til": "until",
        "'bout": "about",
        "ma'am": "madam",
    }
    known |= {
        "could've": "could have",
        "would've": "would have",
        "should've": "should have",
        "o'": "of",
        "'tis": "it is",
    }
    known |= {"'twas": "it was", "c'mon": "come on", "cmon": "come on", "d'you": "do you", "'round": "around"}
    known |= _pairs(_BARE) | _pairs(_SLANG) | _pairs(_SPELLING)
    known |= {str(number): word for number, word in enumerate(_ONES)}
    known |= {str(number): word for number, word in zip(range(20, 100, 10), _TENS, strict=True)}
    known |= {f"{t}{o}": f"{tens} {_ONES[o]}" for t, tens in enumerate(_TENS, start=2) for o in range(1, 10)}
    known |= {
        "100": "hundred",
        "1000": "thousand",
        "1000000": "million",
        "1st": "first",
        "2nd": "second",
        "3rd": "third",
    }
    return {short: tuple(long.split()) for short, long in known.items()}


CONTRACTIONS = _contractions()
"""Written form → the words it stands for."""

_ALIKE = (
    "am is are was were be been being",
    "have has had having",
    "do does did done doing",
    "go goes went gone going",
    "come comes came coming",
    "will would shall should",
    "can could may might must",
    "i he she we you they it",
    "me him her us them you it",
    "my his her our your their its",
    "mine his hers ours yours theirs",
    "myself himself herself ourselves yourself themselves",
    "a an the one",
    "this that these those it",
    "get gets got gotten getting",
    "make makes made making",
    "take takes took taken taking",
    "see sees saw seen seeing",
    "say says said saying",
    "know knows knew known",
    "give gives gave given",
    "think thinks thought thinking",
    "tell tells told telling",
    "find finds found",
    "keep keeps kept",
    "leave leaves left leaving",
    "bring brings brought",
    "run runs ran running",
    "man men",
    "woman women",
    "child children kid kids",
    "person people",
    "until before till",
    "who that which whom",
    "in into on at",
    "to for",
    "of from",
    "and or but",
    "yes yeah yep",
    "no nope",
    "because for since",
    "here there",
    "ever never",
    "anything something nothing everything",
    "anyone someone anybody somebody everyone everybody",
    "mom mother mama mommy",
    "dad father daddy papa",
    "going gonna want",
    "really very so",
    "big large huge",
    "okay right fine",
    "hello hi hey",
    "speak spoke spoken",
    "write wrote written",
    "die dies died dying dead",
    "kill kills killed",
    "fall falls fell fallen",
    "begin begins began begun",
    "buy bought",
    "feel feels felt",
    "hold held",
    "lose lost",
    "meet met",
    "send sent",
    "sit sat",
    "stand stood",
    "win won",
    "eat ate eaten",
    "drink drank drunk",
    "forget forgot forgotten",
    "grow grew grown",
    "speak talk",
    "shit crap",
)


def _groups() -> dict[str, frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for line in _ALIKE:
        words = line.split()
        for word in words:
            groups.setdefault(word, set()).update(words)
    return {word: frozenset(alike - {word}) for word, alike in groups.items()}


ALIKE = _groups()
"""Word → words often said in its place: other persons, tenses, numbers; near synonyms among function words."""

_SOUND_ALIKE = """here hear|there their|know no|to too two|write right|for four|then than|would wood|of have
buy by bye|see sea
one won|week weak|meet meat|be bee|our are|hour our|weight wait|whole hole|piece peace|break brake|new knew|made maid
son sun
some sum|road rode|steal steel|threw through|where wear were|which witch|who's whose|lose loose|affect effect
passed past
dear deer|die dye|flour flower|heard herd|mail male|night knight|pain pane|plain plane|principal principle|real reel
role roll|sail sale|scene seen|sight site|soul sole|stair stare|tail tale|tide tied|toe tow|waist waste|way weigh
bred bread
great grate|hair hare|heal heel|him hymn|idle idol|in inn|least leased|lead led|might mite|need knead|not knot|pair pear
pray prey|rain reign|raise rays|read red|ring wring|root route|sew so|shoot chute|tea tee|time thyme|wait weight
war wore
want wont|won't want|dead dad|man men|loan lone|alone loan|bare bear|board bored|cell sell|fair fare|allowed aloud"""


def _sounds() -> dict[str, frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for line in _SOUND_ALIKE.replace("\n", "|").split("|"):
        words = line.split()
        for word in words:
            groups.setdefault(word, set()).update(words)
    return {word: frozenset(alike - {word}) for word, alike in groups.items()}


SOUND_ALIKE = _sounds()
"""Word → words that a machine which listens writes in its place."""

_SHAPES = (
    ("rn", "m"),
    ("cl", "d"),
    ("li", "h"),
    ("vv", "w"),
    ("ii", "u"),
    ("ln", "m"),
    ("1", "l"),
    ("0", "o"),
    ("i", "l"),
    ("c", "e"),
    ("b", "h"),
)
_SOUNDS = (
    ("ph", "f"), ("gh", ""), ("ck", "k"), ("wh", "w"), ("kn", "n"), ("wr", "r"), ("ce", "se"),
    ("ci", "si"), ("cy", "sy"),
    ("c", "k"), ("q", "k"), ("x", "ks"), ("z", "s"), ("dg", "j"), ("ge", "je"), ("gi", "ji"), ("y", "i"), ("mb", "m"),
)  # fmt: skip
_VOWELS = str.maketrans("", "", "aeiouh")


def shape(word: str) -> str:
    """Return what a machine that reads pictures confuses a word with: "corne" and "come" share one."""
    for seen, meant in _SHAPES:
        word = word.replace(seen, meant)
    return word


def sound(word: str) -> str:
    """Return a crude code of how an English word sounds: "weighting" and "waiting" share one."""
    first = word[:1] if word[:1] not in "aeiou" else "a"
    for seen, heard in _SOUNDS:
        word = word.replace(seen, heard)
    code = word.translate(_VOWELS)
    return first.replace("c", "k") + "".join(c for k, c in enumerate(code) if not k or c != code[k - 1])


NEGATIONS = frozenset(["not", "never", "no", "nobody", "none", "nothing", "neither", "nor", "without"])
PRONOUNS = frozenset(" ".join(line for line in _ALIKE[7:12]).split()) - {"it", "its"}
ARTICLES = frozenset(("a", "an", "the"))
DISFLUENCIES = frozenset(
    ["uh", "um", "er", "ah", "oh", "well", "like", "you", "know", "eh", "hmm", "mm", "huh", "so", "yeah", "hey"]
) - {"you", "know"}
ATTRIBUTIONS = frozenset(
    [
        "said",
        "says",
        "say",
        "told",
        "tells",
        "asked",
        "replied",
        "added",
        "wrote",
        "tweeted",
        "shouted",
        "yelled",
        "continued",
        "declared",
        "warned",
        "answered",
        "dijo",
        "dice",
        "afirmo",
        "expreso",
        "sagte",
        "dit",
    ]
)
EDITORIAL = frozenset(("sic",))


_FULL_ENDINGS = ("ings", "ing", "ed", "s")


def stem(word: str) -> str:
    """Return a crude English stem: "waiting", "waits" and "waited" share one. Only for comparing words, never shown."""
    for ending in ("ings", "ing", "edly", "ies", "ied", "ie", "ed", "es", "ers", "er", "ly", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= (3 if ending in _FULL_ENDINGS else 4):
            root = word[: -len(ending)]
            if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "aeiouls":
                root = root[:-1]
            return root
    return word
