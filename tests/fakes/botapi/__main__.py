"""Run the fake Bot API by itself: `python -m tests.fakes.botapi --port 8081`."""

from tests.fakes.botapi.console import main

if __name__ == "__main__":
    main()
