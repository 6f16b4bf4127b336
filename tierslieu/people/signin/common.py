"""The passwords that everybody tries first, longest forms included: letters and digits only, in lower case."""

from typing import Final

_STEMS: Final = """
    password motdepasse monmotdepasse azerty azertyuiop azertyuiopqsdf qwerty qwertyuiop qwertyuiopasdf qsdfghjklm
    wxcvbn zxcvbnm asdfghjkl azertyqsdf azertyazerty qwertyqwerty passwordpassword motdepassemotdepasse
    bonjour bonjourbonjour bonsoir salut soleil doudou loulou chouchou nounours princesse jetaime jetaimejetaime
    iloveyou iloveyouiloveyou marseille olympiquedemarseille parissaintgermain paris lyon france vivelafrance
    chocolat caramel vanille fromage camembert baguette croissant champagne football rugby tennis
    liberte egalite fraternite libertegalitefraternite libertefraternite
    admin administrator administrateur administration root superuser superutilisateur utilisateur user invite guest
    welcome bienvenue changeme changemoi changezmoi letmein ouvretoi sesame ouvretoisesame secret tressecret
    tierslieu letierslieu tierslieux nugue lenugue trilport coworking fablab mediatheque bibliotheque mairie
    trustno correcthorsebatterystaple dragon monkey shadow sunshine superman batman pokemon starwars minecraft
    michael jessica nicolas julien camille isabelle philippe christophe alexandre catherine
    abcdefghijkl abcdefghijklm abcdefghijklmnopqrstuvwxyz abcdef abcabcabcabc aaaaaaaaaaaa
    janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
    printemps automne hiver lundi mardi mercredi jeudi vendredi samedi dimanche
    """
_NUMBERS: Final = """
    123456789012 1234567890123 12345678901234 1234567890123456 012345678901 123123123123 112233445566 121212121212
    111111111111 000000000000 098765432109 987654321098 987654321012 123456123456 azerty123456 123456azerty qwerty123456
    1q2w3e4r5t6y 1a2z3e4r5t6y 1qaz2wsx3edc q1w2e3r4t5y6 a1z2e3r4t5y6 abc123abc123 a1b2c3d4e5f6 abcd12345678
    password1234 motdepasse12 azertyuiop12
    """
COMMON_PASSWORDS: Final = frozenset((*_STEMS.split(), *_NUMBERS.split()))
