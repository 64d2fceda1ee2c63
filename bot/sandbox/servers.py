"""What a server's owner sets up by decree: channels, roles, members, installed bots."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.sandbox import channels, payloads
from bot.sandbox.gateway import guild_create
from bot.sandbox.objects import (
    Application,
    Channel,
    ChannelFlags,
    ChannelType,
    Guild,
    Member,
    Overwrite,
    Role,
    Tag,
    User,
)
from bot.sandbox.people import Person
from bot.sandbox.permissions import ORDINARY, Permissions
from bot.sandbox.world import Event

if TYPE_CHECKING:
    from bot.sandbox.world import World


class Server:
    """One guild, and the power over it.

    @everyone has no permission at all; people have theirs through the role Members, so that a bot has exactly
    those it was installed with.
    """

    def __init__(self, world: World, guild: Guild) -> None:
        self.world = world
        self.guild = guild
        self.members_role = self.add_role("Members", ORDINARY)

    @classmethod
    def found(cls, world: World, name: str, owner: User) -> Server:
        """Found a server."""
        guild = Guild(world.new_id(), name, owner.id)
        guild.roles[guild.id] = Role(guild.id, "@everyone", Permissions.NONE, 0)
        world.guilds[guild.id] = guild
        return cls(world, guild)

    @property
    def id(self) -> int:
        """The guild's id."""
        return self.guild.id

    @property
    def name(self) -> str:
        """The guild's name."""
        return self.guild.name

    def add_role(
        self, name: str, permissions: Permissions, *, bot_id: int | None = None, rank: int | None = None
    ) -> Role:
        """Make a role, above all others unless its rank is given: 1 is just above @everyone."""
        place = len(self.guild.roles) if rank is None else rank
        for each in self.guild.roles.values():
            if each.position >= place:
                each.position += 1
        role = Role(self.world.new_id(), name, permissions, place, bot_id)
        self.guild.roles[role.id] = role
        self._tell("GUILD_ROLE_CREATE", {"guild_id": str(self.id), "role": payloads.role(role)})
        return role

    def delete_role(self, role: Role) -> None:
        """Delete a role; who had it has it no more."""
        del self.guild.roles[role.id]
        for member in self.guild.members.values():
            member.role_ids.discard(role.id)
        self._tell("GUILD_ROLE_DELETE", {"guild_id": str(self.id), "role_id": str(role.id)})

    def add_member(
        self,
        name: str,
        *,
        permissions: Permissions = Permissions.NONE,
        rank: int | None = None,
        locale: str = "en-US",
    ) -> Person:
        """Let a new person in, with these permissions on top of the ordinary ones, by a role of that rank."""
        user = User(self.world.new_id(), name.lower().replace(" ", "_"), name, locale=locale)
        self.world.users[user.id] = user
        member = self._join(user, {self.members_role.id})
        if permissions:
            member.role_ids.add(self.add_role(f"{name}'s", permissions, rank=rank).id)
        return Person(self.world, member)

    def install(self, app: Application, *, permissions: Permissions) -> Member:
        """Add an application's bot, with exactly these permissions."""
        role = self.add_role(app.name, permissions, bot_id=app.bot.id)
        member = self._join(app.bot, {role.id})
        payload = guild_create(self.world, self.guild, app, new=True)
        self.world.emit(Event("GUILD_CREATE", payload, self.id, user_id=app.bot.id))
        return member

    def remove(self, app: Application) -> None:
        """Throw an application's bot out."""
        del self.guild.members[app.bot.id]
        self.world.emit(Event("GUILD_DELETE", {"id": str(self.id)}, self.id, user_id=app.bot.id))

    def set_available(self, available: bool) -> None:
        """Begin or end an outage of this server."""
        self.guild.available = available
        for app in self.world.applications.values():
            if app.bot.id not in self.guild.members:
                continue
            if available:
                payload = guild_create(self.world, self.guild, app)
                self.world.emit(Event("GUILD_CREATE", payload, self.id, user_id=app.bot.id))
            else:
                gone = {"id": str(self.id), "unavailable": True}
                self.world.emit(Event("GUILD_DELETE", gone, self.id, user_id=app.bot.id))

    def add_text_channel(self, name: str, *, slow_mode: int = 0, topic: str | None = None) -> Channel:
        """Make a text channel."""
        return self._add(
            Channel(self.world.new_id(), self.guild, name, ChannelType.TEXT, topic=topic, slow_mode=slow_mode)
        )

    def add_forum(self, name: str, *, tags: list[str] | None = None, require_tag: bool = False) -> Channel:
        """Make a forum."""
        forum = Channel(self.world.new_id(), self.guild, name, ChannelType.FORUM)
        forum.tags = [Tag(self.world.new_id(), tag) for tag in tags or []]
        forum.flags = ChannelFlags.REQUIRE_TAG if require_tag else ChannelFlags.NONE
        return self._add(forum)

    def set_permissions(
        self,
        channel: Channel,
        target: Role | Member | Person,
        *,
        allow: Permissions = Permissions.NONE,
        deny: Permissions = Permissions.NONE,
    ) -> None:
        """Set what a channel allows and denies a role or somebody."""
        kind = 0 if isinstance(target, Role) else 1
        channels.set_overwrite(self.world, channel, Overwrite(target.id, kind, allow, deny))

    def grant(self, target: Role, permissions: Permissions) -> None:
        """Set a role's permissions anew."""
        with self.world.access_changes(self.guild):
            target.permissions = permissions
            self._tell("GUILD_ROLE_UPDATE", {"guild_id": str(self.id), "role": payloads.role(target)})

    def assign(self, app: Application, role: Role, *, given: bool = True) -> None:
        """Give an installed bot a role, or take it away."""
        member = self.guild.members[app.bot.id]
        with self.world.access_changes(self.guild):
            change = member.role_ids.add if given else member.role_ids.discard
            change(role.id)
            self._tell("GUILD_MEMBER_UPDATE", payloads.member(member) | {"guild_id": str(self.id)})

    def time_out(self, person: Person, **span: float) -> None:
        """Let somebody only look for a while, given as for `timedelta`."""
        person.member.timed_out_until = self.world.now() + timedelta(**span)
        self._tell("GUILD_MEMBER_UPDATE", payloads.member(person.member) | {"guild_id": str(self.id)})

    def role_of(self, app: Application) -> Role:
        """Return the role that an installed bot has its permissions from."""
        return next(role for role in self.guild.roles.values() if role.bot_id == app.bot.id)

    def _add(self, channel: Channel) -> Channel:
        channel.position = len(self.guild.channels)
        self.guild.channels[channel.id] = self.world.channels[channel.id] = channel
        channels.tell(self.world, "CHANNEL_CREATE", channel)
        return channel

    def _join(self, user: User, role_ids: set[int]) -> Member:
        member = Member(user, self.guild, self.world.now(), role_ids)
        self.guild.members[user.id] = member
        self._tell("GUILD_MEMBER_ADD", payloads.member(member) | {"guild_id": str(self.id)})
        return member

    def _tell(self, name: str, payload: dict[str, object]) -> None:
        self.world.emit(Event(name, payload, self.id))
