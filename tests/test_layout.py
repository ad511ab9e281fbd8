"""The house rules that no linter knows: what lies where, who may import whom, what files must not say."""

import ast
import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("models", "rules", "records", "partners", "programmes", "engine", "activities", "workflows", "cli")
SUBJECTS = {
    "admission", "recognition", "agreement", "registration", "course",
    "deliberation", "award", "ballot", "task", "session",
}  # fmt: skip
LOCKS = ("requirements.lock", "requirements-dev.lock")
WORKER_MAY_IMPORT = {
    "workflows",
    "activities",
    "records",
    "partners",
    "programmes",
    "engine",
    "models",
    "settings",
}
WORKER_MAY_BE_IMPORTED_BY = {"cli", "tests", "bench"}
OUR_FOLDERS = {*LAYERS, "settings", "worker"}


@cache
def files() -> tuple[Path, ...]:
    """Every file of the project: those that git knows or would take, or all when there is no git."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        command = [git, "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        answer = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603 - our own fixed command
        return tuple(ROOT / name for name in answer.stdout.split("\0") if name and (ROOT / name).is_file())
    return tuple(_walk())


def _walk() -> Iterator[Path]:
    left_out = {"__pycache__", "build", "secrets"}
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [
            name for name in folders if name not in left_out and (not name.startswith(".") or name == ".ci")
        ]
        yield from (Path(folder) / name for name in names)


def modules() -> tuple[Path, ...]:
    return tuple(path for path in files() if path.suffix == ".py")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports_of(path: Path) -> set[str]:
    """Name the top-level packages that a module imports."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def test_modules_stay_short() -> None:
    lengths = {
        name_of(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in modules()
        if "migrations" not in path.parts
    }
    assert {name: length for name, length in lengths.items() if length > 300} == {}


def test_no_module_is_called_after_what_nobody_looks_for() -> None:
    vague = {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common", "service", "data"}
    assert [name_of(path) for path in files() if path.stem in vague] == []


def test_every_folder_of_modules_is_a_package() -> None:
    folders = {path.parent for path in modules() if "migrations" not in path.parts} - {ROOT}
    assert [name_of(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_worker_wires_the_layers_below_it_and_nothing_else() -> None:
    ours = imports_of(ROOT / "worker.py") & {*OUR_FOLDERS, "tests", "bench", "console", "docs"}
    assert ours - WORKER_MAY_IMPORT == set()


def test_only_what_stands_above_worker_imports_it() -> None:
    importers = {path.relative_to(ROOT).parts[0] for path in modules() if "worker" in imports_of(path)}
    assert importers <= WORKER_MAY_BE_IMPORTED_BY


def test_nothing_of_the_product_imports_the_tests() -> None:
    product = [path for path in modules() if path.relative_to(ROOT).parts[0] in {*OUR_FOLDERS, "worker.py"}]
    assert [
        name_of(path) for path in product if imports_of(path) & {"tests", "bench", "docs", "pytest"}
    ] == []


@pytest.mark.parametrize("layer", ["models", "rules"])
def test_the_inner_layers_import_nothing_but_pydantic_and_the_standard_library(layer: str) -> None:
    foreign = {
        "temporalio",
        "sqlalchemy",
        "httpx",
        "fastapi",
        "typer",
        "rich",
        "ruamel",
        "structlog",
        "holidays",
    }
    within = [path for path in modules() if path.relative_to(ROOT).parts[0] == layer]
    assert [name_of(path) for path in within if imports_of(path) & foreign] == []


def test_only_the_engine_and_what_runs_on_it_knows_temporal() -> None:
    may = {"engine", "workflows", "activities", "worker.py", "tests", "bench", "cli"}
    importers = {path.relative_to(ROOT).parts[0] for path in modules() if "temporalio" in imports_of(path)}
    assert importers <= may


def test_a_subject_has_the_same_file_name_in_every_layer() -> None:
    """A class that is named after a subject lies in the file of that subject."""
    pattern = re.compile(r"^(\w+?)(Workflow|Activities|Repository)$")
    for path in modules():
        if path.relative_to(ROOT).parts[0] not in {"workflows", "activities", "records"}:
            continue
        for node in tree_of(path).body:
            match = pattern.match(node.name) if isinstance(node, ast.ClassDef) else None
            if match and match[1].lower() in SUBJECTS:
                assert path.stem == match[1].lower(), f"{match[0]} in {name_of(path)}"


def test_every_subject_has_its_words_in_the_models() -> None:
    assert {subject for subject in SUBJECTS if not (ROOT / "models" / f"{subject}.py").exists()} == set()


def test_a_test_that_is_skipped_says_why() -> None:
    without = re.compile(
        r"(pytest\.skip\(\s*\)|mark\.skip\b(?!\()|mark\.skip\(\s*\)|mark\.skipif\((?![^@]*reason=))"
    )
    tests = [path for path in modules() if path != Path(__file__)]
    assert [name_of(path) for path in tests if without.search(path.read_text(encoding="utf-8"))] == []


def test_no_test_replaces_parts_of_our_own_code() -> None:
    ours = "|".join(sorted(OUR_FOLDERS))
    patching = re.compile(rf"MagicMock|AsyncMock|unittest\.mock|mocker\.|\.setattr\(\s*[\"'](?:{ours})\.")
    tests = [path for path in modules() if path != Path(__file__)]
    assert [name_of(path) for path in tests if patching.search(path.read_text(encoding="utf-8"))] == []


def test_no_file_names_a_place_that_only_some_machine_has() -> None:
    hosts = ("pypi" + ".org", "pythonhosted" + ".org", "registry.npmjs" + ".org", "deb.debian" + ".org")
    folders = ("/wo" + "rk/", "/fa" + "rm/", "/ro" + "ot/", "." + "library/")
    found = [
        f"{name_of(path)}: {word}"
        for path in files()
        for word in (*hosts, *folders)
        if word.encode() in path.read_bytes()
    ]
    assert found == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", text)
    packages = [entry for entry in entries if re.match(r"[a-z0-9._-]+(\[\w+\])?==", entry)]

    assert len(packages) > 20
    assert [entry.splitlines()[0] for entry in packages if "--hash=sha256:" not in entry] == []
    assert "://" not in text


def test_the_locks_agree_with_each_other_and_name_every_dependency() -> None:
    locked, locked_for_work = (dict(_pins(lock)) for lock in LOCKS)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    assert locked.items() <= locked_for_work.items()
    assert {_plain(name) for name in project["project"]["dependencies"]} <= set(locked)
    assert {_plain(name) for name in project["dependency-groups"]["dev"]} <= set(locked_for_work)


def _pins(lock: str) -> list[tuple[str, str]]:
    return re.findall(
        r"^([a-z0-9._-]+)(?:\[\w+\])?==([^\s;\\]+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE
    )


def _plain(requirement: str) -> str:
    return re.split(r"[\[<>=~! ;]", requirement)[0].replace(".", "-").lower()


def test_the_licence_is_the_one_that_the_project_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["license"] == "EUPL-1.2"
    assert "SPDX-License-Identifier: EUPL-1.2" in (ROOT / "LICENSE").read_text(encoding="utf-8")


def test_the_first_screen_of_the_readme_has_both_commands() -> None:
    first_screen = "\n".join((ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:45])
    assert "./collegium demo" in first_screen
    assert "./collegium test" in first_screen
