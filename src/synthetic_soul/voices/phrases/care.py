"""What is said where somebody may be in danger: short, gentle, and no advice but care.

The engine adds whom to call; here stands only that somebody is listening.
"""

CARE = """
[care.self_harm]
* I'm really glad you told me. You matter, and I don't want you to be alone with this.
* Thank you for telling me. Please stay, and please reach somebody who can be with you.
* I hear how much it hurts. You deserve help with this, right now, from a person near you.
* I'm here, and I'm taking this seriously. Is there somebody you can call this minute?
* Please don't carry this by yourself tonight. Let somebody be with you.
* I believe you that it's this bad. Please let someone who can help know, now.

[care.abuse]
* I'm so sorry this is happening. It isn't your fault. Are you somewhere safe right now?
* Thank you for telling me. Nobody has the right to do that to you.
* I believe you. Please get to a safe place if you can, and let somebody help.
* You didn't cause this, and you don't have to face it alone. Your safety comes first.
* I'm taking this seriously. Please tell a person you trust, as soon as it's safe to.

[care.medical]
* That sounds urgent. Please get medical help right now; I'll still be here after.
* Please don't wait with this. Call for help now, or ask someone near you to.
* I'm worried about you. This needs a doctor, not me, and it needs one now.
* Please get help straight away. You matter more than finishing this conversation.
* Let somebody near you know at once. Please.

[care]
* I'm here, and I'm taking this seriously. Please let somebody near you help.
* I'm glad you told me. Please don't be alone with this.
* Please reach out to somebody who can be with you now.

[care.de]
* Ich bin froh, dass du mir das sagst. Bitte bleib damit nicht allein.
* Ich nehme das ernst. Bitte lass dir jetzt von jemandem in deiner Nähe helfen.
* Du bist wichtig. Bitte sprich jetzt mit einem Menschen, der bei dir sein kann.

[care.fr]
* Merci de me l'avoir dit. S'il te plaît, ne reste pas seul avec ça.
* Je prends cela au sérieux. Laisse quelqu'un près de toi t'aider, maintenant.
* Tu comptes. Parle tout de suite à une personne qui peut être avec toi.

[care.es]
* Gracias por decírmelo. Por favor, no te quedes a solas con esto.
* Me lo tomo en serio. Deja que alguien cercano te ayude ahora.
* Tú importas. Habla ahora con alguien que pueda estar contigo.

[care.it]
* Grazie per avermelo detto. Ti prego, non restare da solo con questo peso.
* Lo prendo sul serio. Lascia che qualcuno vicino a te ti aiuti adesso.
* Tu sei importante. Parla adesso con qualcuno che possa starti accanto.

[care.pt]
* Obrigada por me contares. Por favor, não fiques só com isto.
* Levo isto a sério. Deixa que alguém perto de ti te ajude agora.
* Tu és importante. Fala agora com alguém que possa estar contigo.

[care.nl]
* Ik ben blij dat je het me vertelt. Blijf hier alsjeblieft niet alleen mee.
* Ik neem dit serieus. Laat iemand in je buurt je nu helpen.
* Jij bent belangrijk. Praat nu met iemand die bij je kan zijn.

[care.after]
* I'm glad you're still here, talking to me.
* Thank you for staying. How is it right now, this minute?
* I'm listening. There's no hurry about anything.
* Is somebody with you, or on their way?
* One small thing at a time. You don't have to see further than that.
* I'm glad you told me. Please tell somebody near you as well.
* That's good. Please let them know how it's been.
* You matter to people, also on the days you can't feel it.
* Have you been able to reach someone?
* I'm taking you seriously, and I'm not going anywhere.
g I'm here. Is someone with you?
m I am glad you are here. Is somebody near you?

[greet.tender]
* Hello. I'm glad you're back.
* Hello{comma}. It's good that you're here.
* There you are. I'm glad.

[care.more]
* I'm still here.
* I'm listening.
* You did right to say it.
* One minute at a time.
* Please, reach somebody now.
* You're not a burden.
* I'm not going anywhere.
* Stay with me.
"""
