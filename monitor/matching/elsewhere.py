"""Words that are common in other languages than the background posts, which are English: they prove little there.

The closed classes (articles, prepositions, conjunctions, pronouns, the forms of "be", "have" and "do") and the
commonest adverbs of Spanish, Portuguese, French, Italian and German, written down from their grammars, without marks,
as normalization leaves them.
"""

_SPANISH = """
    a ahi ahora al algo alguien alla alli antes aquel aquella aqui asi aun aunque bien cada como con contra cual
    cuando cuyo de del desde despues dia donde e el ella ellas ello ellos en entre era eran eres es esa esas ese
    eso esos esta estaba estamos estan estar estas este esto estos estoy fue fueron ha haber habia hace hacer
    hacia han has hasta hay he hemos hizo hoy ir la las le les lo los mal mas me mi mientras mis misma mismo muy
    nada nadie ni no nos nosotros nuestra nuestro nunca o os otra otras otro otros para pero poder por porque
    puede pueden puedo pues que quien quiere quiero se segun ser sera si sido siempre siendo sin sobre solo
    somos son soy su sus tambien tampoco tan tanto te tener tengo tiene tienen toda todas todo todos tu tus u un
    una unas unos usted ustedes va vamos van vez vosotros voy vuestro y ya yo
"""
_PORTUGUESE = """
    agora ai ainda algo alguem ali antes ao aos aquela aquele aqui as assim ate bem cada com como da das de
    depois desde dia do dos e ela elas ele eles em entre era eram es essa esse esta estamos estao estar estava
    este estou eu faz fazer foi foram ha hoje ir isso isto ja la lhe lhes mais mal mas me mesmo meu meus minha
    minhas muito na nada nao nas nem ninguem no nos nossa nosso nunca o onde os ou outra outro para pela pelo
    pode por porque posso qual quando que quem quer quero sao se sem sempre ser sera seu seus sido so sobre
    somos sou sua suas tambem tao te tem ter teu tinha toda todas todo todos tu tua tudo um uma umas uns vai
    vamos vez voce voces vou
"""
_FRENCH = """
    a ai aller as au aussi autre aux avait avec avez avoir avons bien ca ce cela ces cet cette chaque chez comme
    dans de des dont du elle elles en encore entre es est et etait ete etes etre faire fait fois ici il ils
    jamais je jour la le les leur leurs lui ma mais mal me meme mes moi mon ne ni nos notre nous on ont ou par
    parce pas peut peux plus pour quand que qui quoi rien sa sans se sera ses si sommes son sont sous suis sur
    ta te tes toi ton toujours tous tout toute toutes tres tu un une va vais vers veut veux vont vos votre vous
"""
_ITALIAN = """
    a abbiamo ai al alla altro anche ancora avere aveva bene che chi ci come con cosi cui da dal degli dei del
    della delle dello di dove e ed era erano essere fa fare fra gli ha hai hanno ho i il in io la le lei li lo
    loro lui ma mai mi mia mio molto ne nel nella niente noi non nostro o ogni per perche piu posso puo quando
    quella quello questa questo qui sara se sei sempre si siamo solo sono stato stesso su sua sul suo ti tra tu
    tua tuo tutti tutto un una uno va vado vanno vi voglio voi
"""
_GERMAN = """
    aber alle alles als am an andere auch auf aus bei bin bist da das dass dein dem den der des dich die diese
    dieser dieses dort du ein eine einem einen einer eines er es euch euer fur gewesen gut habe haben hast hat
    hatte hier ich ihm ihn ihnen ihr im immer in ist kann kein keine mehr mein mich mit muss nach nicht nichts
    nie noch nur ob oder ohne schon sehr seid sein sich sie sind so uber und uns unser unter vom von vor war
    waren weil wenn werden wie will wir wird zu zum zur
"""
COMMON = frozenset(f"{_SPANISH} {_PORTUGUESE} {_FRENCH} {_ITALIAN} {_GERMAN}".split())
