"""The table of commands; each is imported when it is used, so that none pays for another.

A command is one module and one line in COMMANDS. The module exposes either `command`, a function with
typer annotations, or `app`, a typer.Typer with commands of its own. The line's text is what
`cctv-monitor --help` shows without importing the module.

Exit codes, everywhere: 0 good, 1 the thing asked about is bad, 2 wrong use.
"""

from importlib import import_module, metadata
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup


class Entry(NamedTuple):
    """Where a command lives, and what it does in one sentence."""

    module: str
    help: str


COMMANDS: dict[str, Entry] = {
    "check": Entry("monitor.cli.check", "Ask one camera once, stage by stage, with a reason and a hint."),
    "discover": Entry("monitor.cli.discover", "List the cameras and recorders that answer on an interface."),
    "run": Entry("monitor.cli.run", "Run the monitor."),
    "health": Entry("monitor.cli.health", "Ask the monitor on this machine whether it is alive."),
    "status": Entry("monitor.cli.status", "Show what is received now, and what is not and why."),
    "incidents": Entry("monitor.cli.incidents", "List what cannot be seen now, heaviest first; who acts."),
    "why": Entry("monitor.cli.why", "Explain link by link why a camera, or a school, is not received."),
    "demo": Entry("monitor.cli.demo", "Watch a make-believe estate: real protocols, faults come and go."),
    "score": Entry("monitor.cli.score", "Score the monitor against a make-believe estate on virtual time."),
    "config": Entry("monitor.cli.config", "Check a configuration file."),
    "rules": Entry("monitor.cli.rules", "Check the rules of law, and ask them about an institution."),
    "register": Entry("monitor.cli.register", "Import institutions, sites, cameras and contracts."),
    "contracts": Entry("monitor.cli.contracts", "Show which channels are covered, what ends, what follows."),
    "compliance": Entry("monitor.cli.compliance", "Show who must have what, and whether they have it."),
    "claims": Entry("monitor.cli.claims", "List official figures with what their counts make of them."),
    "exclusions": Entry("monitor.cli.exclusions", "Keep cameras out of the rate by an approved decision."),
    "maintenance": Entry("monitor.cli.maintenance", "Announce planned work, list it, end it."),
    "notify": Entry("monitor.cli.notify", "Try how people are told of incidents; what they are still owed."),
    "credentials": Entry("monitor.cli.credentials", "Import camera and gateway passwords."),
    "backup": Entry("monitor.cli.backup", "Write everything the database holds into one file."),
    "restore": Entry("monitor.cli.restore", "Write what a backup holds into a database."),
}


def load(name: str) -> Any:
    """Import the module of a command and make its command."""
    module = import_module(COMMANDS[name].module)
    if hasattr(module, "app"):
        app = module.app
    else:
        app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        app.command(name)(module.command)
    command: Any = typer.main.get_command(app)
    command.name = name
    return command


class LazyGroup(TyperGroup):
    """Knows every command by name and text; imports the one that is called."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        self.commands.update({name: TyperCommand(name, help=entry.help) for name, entry in COMMANDS.items()})

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Put the real command in the place of its text, then find it as usual."""
        name = args[0]
        if name in COMMANDS:
            try:
                self.commands[name] = load(name)
            except ModuleNotFoundError as error:
                if error.name != COMMANDS[name].module:
                    raise
                if not {"-h", "--help"} & set(args):
                    ctx.fail(f"the command {name!r} is not part of this installation")
        return super().resolve_command(ctx, args)


app = typer.Typer(
    name="cctv-monitor",
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its tracebacks print local variables, and so passwords
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(metadata.version("cctv-monitor"))
        raise typer.Exit


@app.callback()
def root(
    *,
    version: Annotated[  # acted on by its callback before anything else
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Know for every school camera whether its picture reaches the police control centre, and if not, why."""
