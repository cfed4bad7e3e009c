"""Apache Velocity 1.7 itself, in a Java virtual machine within this process: the judge of mapping templates."""

import functools
import pathlib

import jpype

JARS = [f"/usr/share/java/{name}.jar" for name in ("velocity", "commons-collections3", "commons-lang")]


@functools.cache
def _engine():
    if not jpype.isJVMStarted():
        jpype.startJVM(classpath=[jar for jar in JARS if pathlib.Path(jar).exists()])
    engine = jpype.JClass("org.apache.velocity.app.VelocityEngine")()
    engine.setProperty("runtime.log.logsystem.class", "org.apache.velocity.runtime.log.NullLogChute")
    engine.init()
    return engine


def render(template):
    """What Velocity makes of a template without variables, or None when it refuses it."""
    engine = _engine()
    writer = jpype.JClass("java.io.StringWriter")()
    context = jpype.JClass("org.apache.velocity.VelocityContext")()
    try:
        engine.evaluate(context, writer, "template", template)
    except jpype.JException:
        return None
    return str(writer.toString())
