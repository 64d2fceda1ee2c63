"""Ids, each kind a type of its own, so that one cannot stand in for another."""

from __future__ import annotations

from typing import NewType

ArticleId = NewType("ArticleId", int)
SectionId = NewType("SectionId", int)
CommenterId = NewType("CommenterId", int)
CommentId = NewType("CommentId", int)
PublicationId = NewType("PublicationId", int)
PlacementId = NewType("PlacementId", int)
QueryId = NewType("QueryId", int)
EntryId = NewType("EntryId", int)
NoticeId = NewType("NoticeId", int)
ClaimId = NewType("ClaimId", int)
CaseId = NewType("CaseId", int)
GuildId = NewType("GuildId", int)
ChannelId = NewType("ChannelId", int)
"""A channel or a thread: to Discord a thread is a channel."""
MessageId = NewType("MessageId", int)
UserId = NewType("UserId", int)
RoleId = NewType("RoleId", int)
