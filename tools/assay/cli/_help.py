"""Help that cuts no sentence off."""

from __future__ import annotations

import click


class Group(click.Group):
    """Lists its commands, each with its whole first sentence; click would cut it off."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, c.get_short_help_str(limit=1_000)) for name, c in commands if c])
