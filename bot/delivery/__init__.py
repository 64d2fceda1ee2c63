"""All that talks to Discord unasked."""
