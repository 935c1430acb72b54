"""Words that say nothing alone, by language, folded. Not required of a result, not counted.

They are indexed all the same, so that a question made of nothing else finds something.
"""

from __future__ import annotations

from typing import Final

from search.folding import fold

_LISTS: Final = {
    "en": """
        a about above after again all also am an and any are as at be because been before being
        below between both but by can could did do does doing down during each few for from
        further had has have having he her here hers him his how i if in into is it its itself
        just me more most my no nor not now of off on once only or other our ours out over own
        s same she should so some such t than that the their theirs them then there these they
        this those through to too under until up upon us very was we were what when where which
        while who whom whose why will with would you your yours
    """,
    "fr": """
        à au aux avec c ce ces cette cet chez comme comment d dans de des du elle elles en est et
        était étaient été être eu il ils j je l la le les leur leurs lui m ma mais me même mes mon
        n ne nos notre nous on ont ou où par pas pour quand que quel quelle quelles quels qu qui
        s sa sans se ses si son sont sous sur t ta te tes toi ton tous tout toute toutes tu un une
        vos votre vous y a ai avait ainsi aussi afin donc dont entre
    """,
    "es": """
        a al algo ante antes como con contra cual cuando de del desde donde durante e el ella
        ellas ellos en entre era es esa ese eso esta está están este esto estos fue ha han hasta
        hay la las le les lo los más me mi mis muy no nos nosotros o otra otro para pero por
        porque que qué quien quién se ser si sin sobre son su sus también te tiene tu un una uno
        unos y ya cómo cuál cuáles dónde
    """,
    "pt": """
        a à ao aos aquela aquele as às até com como da das de dela dele delas deles depois do dos
        e é ela elas ele eles em entre era essa esse esta está este eu foi foram há isso isto já
        lhe mais mas me mesmo meu minha muito na não nas nem no nos nós nossa nosso num numa o os
        ou para pela pelas pelo pelos por qual quais quando que quem são se sem ser seu seus sua
        suas só também te tem um uma você
    """,
    "ru": """
        а без более бы был была были было быть в вам вас весь во вот все всех вы где да даже для
        до его ее если есть еще же за здесь и из или им их к как какая какие какой каких ко когда
        кто ли либо мне может мы на надо наш не него нее нет ни них но ну о об однако он она они
        оно от очень по под при с со так также такой там те тем то того тоже той только том ты у
        уже хотя чего чей чем что чтобы чье чья эта эти это этого этой этом я
    """,
    "ar": """
        في من إلى على عن مع هذا هذه ذلك تلك التي الذي الذين ما ماذا متى أين كيف كم هل لماذا من
        هو هي هم هن نحن أنت أنا كان كانت يكون تكون قد لقد لا لم لن ليس ليست إن أن أو و ثم بل لكن
        كل بعض أي أيضا بين قبل بعد عند حيث كما إذا منذ حتى ب ل ك ف بها به له لها لهم فيه فيها
        منه منها عليه عليها اسم يوم
    """,
    "zh": "的 了 和 是 在 有 与 及 或 对 为 以 于 等 中 不 这 那 我 你 他 她 它 们",
    "fa": "و در به از که این را با است برای آن یک خود تا بر بود شد هم نیز می چه چگونه کدام",
    "ur": "اور کے کی کا میں سے کو ہے ہیں پر یہ وہ نے کہ بھی تھا تھی ایک جو اس ان کیا کیسے",
}  # fmt: skip

STOPWORDS: Final[dict[str, frozenset[str]]] = {
    language: frozenset(fold(words).split(" ")) for language, words in _LISTS.items()
}
ANYWHERE: Final = frozenset().union(*STOPWORDS.values())
