"""Care of the database file: backing up and restoring, looking it through, forgetting what need not be kept."""
