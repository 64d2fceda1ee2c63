"""The privacy policy: what is stored, why, for how long, who sees it, and how to leave. It must be kept true."""

from __future__ import annotations

from bot.language import gettext as _
from bot.language import ngettext


def policy(*, backup_days: int, purge_days: int) -> str:
    """The policy in the language spoken now, as Discord Markdown; backups and left servers are kept for so long."""
    backups = ngettext("{days} day", "{days} days", backup_days).format(days=backup_days)
    purge = ngettext("{days} day", "{days} days", purge_days).format(days=purge_days)
    return "\n".join(
        [
            _("### What is stored"),
            _(
                "- What you write in an article's discussion, by message or by form: the text, its times, its earlier "
                "versions, the names (not the contents) of attachments, and Discord's ids of the message, the channel "
                "and you, with your name on the server."
            ),
            _(
                "- What you ask for: imported comments that you claim, what you follow, reports that you make, and "
                "your votes while the reactions stand. What you search for is kept for a day at most, to turn its "
                "pages."
            ),
            _("- What moderators do: who, what, when and why; whom they muted or banned; what AutoMod did."),
            _(
                "- Of comments imported from a website: the name, the text and the times, but no e-mail or IP address."
            ),
            _("### Why, and who sees it"),
            _(
                "To keep the discussion with its article. Comments are seen by those who can read the channel; hidden "
                "and held ones, and what moderators note, by moderators. Whoever runs this bot has the database and "
                "can export articles with their comments. Nothing is sold, and nobody is profiled."
            ),
            _("### For how long"),
            _(
                "A comment stays until you delete its message, withdraw it (*My comment*) or erase everything. Its "
                "text, earlier versions and attachment names are then gone from every file within the hour; a bare row "
                "with the ids of the message remains, so that replies keep their place. Backups are deleted after "
                "{backups}. When the bot is removed from a server, all that was written there is deleted after {purge}."
            ).format(backups=backups, purge=purge),
            _("### What you can do"),
            _("- `/privacy export` gives you all of it as a file, from every server where this bot is."),
            _(
                "- `/privacy erase` erases it everywhere, and unlinks your name. Your own messages in Discord stay "
                "yours to delete. Kept are: which moderator did what to others; penalties that still apply; your id, "
                "for {backups}, so that no backup brings anything back."
            ).format(backups=backups),
            _(
                "- `/privacy opt-out` has nothing more of yours stored, until `/privacy opt-in`. Kept are your id, and "
                "what moderators decide about you."
            ),
            _("Questions go to the moderators of this server, or to whoever runs this bot."),
        ]
    )
