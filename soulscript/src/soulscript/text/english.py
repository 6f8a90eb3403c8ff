"""English as people write it: words without a topic, and forms no suffix rule can reach."""

from __future__ import annotations

from typing import Final

# Articles, pronouns, auxiliaries, prepositions, conjunctions; and the words of a question.
_FUNCTION: Final = """
a an the this that these those some any each such i me my mine myself you your yours yourself he
him his himself she her hers herself it its itself we us our ours ourselves they them their theirs
themselves one am is are was were be been being have has had having do does did doing done can
could will would shall should may might must of in on at by for with about against between into
through during before after above below to from up down out off over under again and but or nor if
because as until while than then so too very just also there here both all no not only own same
other more most now get got dont doesnt didnt isnt arent wasnt werent hasnt havent hadnt wont
wouldnt couldnt shouldnt cant aint let
what when where which who whom whose why how many much long often kind type ever
"""
_FILLER: Final = """
ok okay okey k lol lmao rofl haha hahaha hehe heh hm hmm hmmm oh ah aw wow yeah yea yep yes yup
nope nah hey hi hello bye thanks thank thx please pls u ur r im ill ive id omg btw idk well really
"""
STOP_WORDS: Final = frozenset(_FUNCTION.split() + _FILLER.split())
"""Words that say nothing about the topic, of a line as of a cue."""

_FORMS: Final = """
become became
begin began begun
break broke broken
bring brought
build built
buy bought
catch caught
child children kid kids
choose chose chosen
come came
die dying
allergy allergic
draw drew drawn
drink drank drunk
drive drove driven
eat ate eaten
fall fell fallen
father dad dads daddy papa
feel felt
fight fought
find found
fly flew flown
foot feet
forget forgot forgotten
give gave given
go went gone
grandfather grandpa grandad
grandmother grandma granny nana
grow grew grown
hear heard
hold held
keep kept
know knew known
lead led
leave left
lend lent
life lives
lose lost
make made
man men
mean meant
meet met
mother mom moms mum mums mommy mummy mama
mouse mice
pay paid
person people
ride rode ridden
run ran
say said
see saw seen
sell sold
send sent
shoot shot
show shown
sing sang sung
sit sat
sleep slept
speak spoke spoken
spend spent
stand stood
steal stole stolen
swim swam swum
take took taken
teach taught
tell told
think thought
throw threw thrown
tooth teeth
understand understood
wake woke woken
wear wore worn
wife wives
win won
woman women
write wrote written
birthday bday
brother bro bros
favourite favorite fave
film movie movies
picture photo photos pic pics
sister sis
"""
BASE: Final = {
    form: base for base, *forms in map(str.split, _FORMS.split("\n")[1:-1]) for form in forms
}
"""The base word of each irregular or familiar form: "went" is "go", "mum" is "mother"."""
