"""What members, moderators and maintainers touch in Discord: events, commands, buttons and forms."""
