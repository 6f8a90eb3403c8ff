"""An interpretation answers what a message does and which signals it shows."""

from synthetic_soul.mind.interpretation import Act, Interpretation, Signal, Signals


def test_a_message_does_any_of_the_acts_that_it_holds() -> None:
    interpretation = Interpretation(text="", acts=(Act.GREET, Act.ASK))
    assert interpretation.does(Act.ASK, Act.THANK)
    assert not interpretation.does(Act.THANK)


def test_signals_have_any_of_the_marks_that_were_found() -> None:
    signals = Signals(marks=(Signal.TIRED,))
    assert signals.has(Signal.WELL, Signal.TIRED)
    assert not signals.has(Signal.WELL)
