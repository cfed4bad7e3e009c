"""ImportApi, ReimportApi and ExportApi. What they make of documents is tried by test_openapi.py."""

from .apis import HTTP_API
from .flow import Scenario, Step, identifier

DOCUMENT = """
openapi: 3.0.1
info: {title: pets, version: "1.0"}
paths:
  /pets:
    get:
      responses: {default: {description: A pet.}}
      x-amazon-apigateway-integration:
        {type: http_proxy, httpMethod: GET, uri: "https://example.com", payloadFormatVersion: "1.0"}
"""
EXPORT = {"OutputType": "JSON", "Specification": "OAS30"}

FLOWS = []

SCENARIOS = [
    Scenario(
        "a document is imported, exported and imported over what it made",
        given=(Step("ImportApi", {"Body": DOCUMENT, "Basepath": "ignore", "FailOnWarnings": True},
                    shows={"ApiId": identifier(10), "Name": "pets", "ProtocolType": "HTTP", "Version": "1.0"}),),
        steps=(
            Step("ExportApi", EXPORT),
            Step("ReimportApi", {"Body": DOCUMENT.replace("title: pets", "title: dogs")}, shows={"Name": "dogs"}),
        ),
    ),
    Scenario(
        "what is no document, and what is not there to be exported",
        given=(HTTP_API,),
        steps=(
            Step("ImportApi", {}, error=("BadRequestException",)),
            Step("ImportApi", {"Body": DOCUMENT, "Basepath": "nonsense"}, error=("BadRequestException",)),
            Step("ExportApi", EXPORT | {"OutputType": "XML"}, error=(
                "BadRequestException",
                "1 validation error detected: Value 'XML' at 'outputType' failed to satisfy constraint: Member must "
                "satisfy enum value set: [YAML, JSON]")),
            Step("ExportApi", EXPORT | {"Specification": "OAS20"}, error=("BadRequestException",)),
            Step("ExportApi", {"Specification": "OAS30"}, error=("BadRequestException",)),
            Step("ImportApi", {"Body": "nonsense"}, error=("BadRequestException",)),
            Step("ReimportApi", {"Body": "nonsense"}, error=("BadRequestException",)),
            Step("ReimportApi", {"ApiId": "missing", "Body": DOCUMENT}, error=(
                "NotFoundException", "Invalid API identifier specified <Account>:missing")),
            Step("ExportApi", EXPORT, error=("BadRequestException",)),
            Step("ExportApi", EXPORT | {"ApiId": "missing"}, error=(
                "NotFoundException", "Invalid API identifier specified <Account>:missing")),
        ),
    ),
]
