"""What the pages ask of the database: plain functions, first argument the database, inside one transaction."""
