"""The words of the readable record, in the languages of the console."""

from collections.abc import Mapping
from typing import Final

ENGLISH: Final[Mapping[str, str]] = {
    "title": "The record of a learner",
    "intro": "Everything this store holds about one learner, made to be read and kept without "
             "it. The same as JSON has every statement in full.",
    "made": "Made", "position": "Position in the log", "identities": "Known as",
    "skills": "Skills", "skill": "Skill", "status": "Status", "likely": "Likely right now",
    "range": "Range", "answers": "Answers", "goals": "Goals and plans", "goal": "Goal",
    "set": "Set", "due": "Due", "state": "State", "story": "In words",
    "kind": "What", "when": "When", "words": "Words", "about": "About",
    "documents": "Documents that tools keep", "document": "Document", "updated": "Changed",
    "statements": "Statements", "did": "What happened", "object": "With what",
    "voided": "taken back", "none": "Nothing yet.", "unknown": "not known yet",
    "new": "new", "learning": "learning", "secure": "secure", "lasting": "lasting",
    "slipping": "slipping", "kept": "kept", "dropped": "dropped", "revised": "changed",
    "result": "Result", "right": "right", "wrong": "not right",
    "asks": "Wishes for help or a talk", "disputes": "Disputes", "conversations": "Conversations",
    "reflections": "Reflections", "works": "Shared works", "pins": "Next steps held fast",
    "picks": "Own picks", "interests": "Interests", "shared": "Shared plans",
    "shared_with": "Plans of others, shared",
}  # fmt: skip
SPANISH: Final[Mapping[str, str]] = {
    "title": "El historial de un estudiante",
    "intro": "Todo lo que este almacén guarda de una persona que aprende, para leerlo y "
             "conservarlo sin él. El mismo historial en JSON tiene cada registro completo.",
    "made": "Hecho", "position": "Posición en el historial", "identities": "Conocido como",
    "skills": "Habilidades", "skill": "Habilidad", "status": "Estado",
    "likely": "Acierto probable ahora", "range": "Rango", "answers": "Respuestas",
    "goals": "Metas y planes", "goal": "Meta", "set": "Fijada", "due": "Para",
    "state": "Situación", "story": "En palabras", "kind": "Qué", "when": "Cuándo",
    "words": "Palabras", "about": "Sobre", "documents": "Documentos que guardan las herramientas",
    "document": "Documento", "updated": "Cambiado", "statements": "Registros",
    "did": "Qué pasó", "object": "Con qué", "voided": "anulado", "none": "Nada todavía.",
    "unknown": "aún no se sabe", "new": "nueva", "learning": "aprendiendo", "secure": "segura",
    "lasting": "duradera", "slipping": "decayendo", "kept": "cumplida", "dropped": "abandonada",
    "revised": "cambiada", "result": "Resultado", "right": "acierto", "wrong": "no acertó",
    "asks": "Peticiones de ayuda o de hablar", "disputes": "Desacuerdos",
    "conversations": "Conversaciones", "reflections": "Reflexiones",
    "works": "Trabajos compartidos", "pins": "Pasos fijados", "picks": "Elecciones propias",
    "interests": "Intereses", "shared": "Planes compartidos",
    "shared_with": "Planes de otras personas, compartidos",
}  # fmt: skip
WORDS: Final = {"en": ENGLISH, "es": SPANISH}
