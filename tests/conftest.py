"""For all tests: how long one example of a property takes says more about the machine than about the program."""

from hypothesis import settings

settings.register_profile("here", deadline=None)
settings.load_profile("here")
