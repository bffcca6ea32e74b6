"""The safety rules in words, in the order of the page that shows them."""

RULES = {
    "not a plain statement": "Only a plain import at module level is deferred: no star import, none under a condition, none whose error is caught where it stands.",
    "its ImportError is caught": "Somebody who imports the module, also several modules away, catches an ImportError that would be raised later.",
    "imported for its effect": "Nothing uses the name: the module may be imported for what importing it does.",
    "used at import": "The name is needed while the module is imported: decorators, bases, defaults, annotations that are evaluated, functions that are called then.",
    "bound again": "The name is bound again, declared `global` or deleted.",
    "looks at its names": "Code looks at the names of a module (`globals()`, `vars()`, `dir()`, `exec`, `eval`), puts another object in its place, or runs when objects go.",
    "taken by others": "Others take the name from the module: by a statement, as an attribute, by reflection, in a table of dotted texts, a pickle or a doctest.",
    "named by annotations": "Annotations name it that something may evaluate later.",
    "patched by tests": "A test replaces the name, where it is used or where it comes from.",
    "a hot loop": "The function that would run the import is called in a loop.",
    "a submodule of others": "Others reach a submodule as an attribute and leave it to this import to load it.",
    "registers itself": "What is deferred enters itself somewhere: by a decorator, a call, a hook of a class, a metaclass, an operator, an annotation that calls; directly or through any function it runs.",
    "changes another module": "It changes an object that another module made, or an attribute of a module, class, function or instance.",
    "changes the process": "It changes or shows something of the process: environment, folders, signals, warnings, loggers, locale, threads, files, output.",
    "may fail": "Importing it raises an exception, which would be raised later.",
    "reads what may change": "It reads what others may have changed by the time it is loaded: values of other modules, the environment, files, the clock, replaced functions.",
    "looks at loaded modules": "Somebody asks which modules are loaded, watches imports, or changes where modules are found.",
    "asks for subclasses": "Somebody asks a class for its subclasses, and a deferred module makes one.",
}
"""By rule, what it says; each program that breaks one names it."""
