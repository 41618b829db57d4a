"""Who signs the addresses of a dataset's assets: an integration with the storage they lie in."""

from typing import Final

from bulkimport.destinations.labelbox.graphql import GraphQL
from bulkimport.destinations.labelbox.pages import an_object, objects
from bulkimport.errors import DestinationRefused

DEFAULT_SIGNER: Final = "default"
NO_SIGNER: Final = "none"
_INTEGRATIONS: Final = "query Integrations { iamIntegrations { id isOrgDefault } }"
_SIGN: Final = (
    "mutation Sign($id: ID!, $signer: ID!)"
    " { setSignerForDataset(data: {signerId: $signer}, where: {id: $id}) { id } }"
)
_UNSIGN: Final = "mutation Unsign($id: ID!) { clearSignerForDataset(where: {id: $id}) { id } }"
_VALIDATE: Final = (
    "mutation Validate($id: ID!)"
    " { validateDataset(where: {id: $id}) { valid checks { name success } } }"
)


async def sign_for(graphql: GraphQL, dataset: str, iam: str) -> None:
    """Let an integration sign for a dataset: `default`, `none` or an id.

    Raises DestinationRefused when the integration cannot read the assets. Where there is no default
    nothing is changed.
    """
    signer = await _default(graphql) if iam == DEFAULT_SIGNER else iam
    if signer == NO_SIGNER:
        await graphql.read(_UNSIGN, {"id": dataset})
    elif signer:
        await graphql.read(_SIGN, {"id": dataset, "signer": signer})
        answer = await graphql.read(_VALIDATE, {"id": dataset})
        if not an_object(answer.get("validateDataset")).get("valid"):
            raise DestinationRefused("the integration cannot sign for it", place=dataset)


async def _default(graphql: GraphQL) -> str:
    answer = await graphql.read(_INTEGRATIONS, {})
    integrations = objects(answer.get("iamIntegrations"))
    return next((str(one["id"]) for one in integrations if one.get("isOrgDefault")), "")
