"""What tests look at in a syntax tree."""

import ast


def imports(tree):
    """Every import with its names and places, in the order of the text."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    return sorted(
        (
            node.lineno,
            node.col_offset,
            getattr(node, "module", None) or "",
            getattr(node, "level", -1),
            tuple((a.name, a.asname, a.lineno, a.col_offset) for a in node.names),
        )
        for node in found
    )


def scopes(tree):
    """Every imported name with the definitions and conditions around it: ``A.f if x: name``."""
    found = []

    def visit(node, around):
        match node:
            case ast.Import() | ast.ImportFrom():
                found.extend(f"{around}{alias.name}" for alias in node.names)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                around += f"{name} "
            case ast.ExceptHandler(type=kind):
                around += f"except {ast.unparse(kind) if kind else ''}: "
            case ast.Try():
                around += "try: "
            case ast.If(test=test):
                around += f"if {ast.unparse(test)}: "
        for child in ast.iter_child_nodes(node):
            visit(child, around)

    visit(tree, "")
    return sorted(found)
