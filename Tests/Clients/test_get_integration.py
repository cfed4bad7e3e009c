"""GetIntegration through boto3: every member of every shipped integration, and nothing else."""

import botocore.session
import pytest

from wire_form import expected_answer, integration_files, read

FILES = integration_files()
IDS = [f"{api}/{integration}" for api, integration, _ in FILES]


@pytest.mark.parametrize(("api", "integration", "path"), FILES, ids=IDS)
def test_every_member_of_a_fixture_arrives_and_no_other(shipped, connect, api, integration, path):
    answer = connect(shipped).get_integration(ApiId=api, IntegrationId=integration)
    metadata = answer.pop("ResponseMetadata")
    assert answer == expected_answer(read(path))
    assert metadata["HTTPStatusCode"] == 200


def test_the_shipped_integrations_have_all_members_of_the_model_between_them():
    model = botocore.session.get_session().get_service_model("apigatewayv2")
    members = set(model.operation_model("GetIntegration").output_shape.members)
    assert len(members) == 20
    assert set().union(*(expected_answer(read(path)) for _, _, path in FILES)) == members


def test_an_unknown_api_is_not_found_with_the_account_in_the_message(shipped, connect):
    client = connect(shipped)
    with pytest.raises(client.exceptions.NotFoundException) as caught:
        client.get_integration(ApiId="nope", IntegrationId="abc123d")
    assert caught.value.response["Error"] == {
        "Code": "NotFoundException",
        "Message": "Invalid API identifier specified 000000000000:nope",
    }
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_an_unknown_integration_of_a_known_api_is_not_found(shipped, connect):
    client = connect(shipped)
    with pytest.raises(client.exceptions.NotFoundException) as caught:
        client.get_integration(ApiId="a1b2c3d4e5", IntegrationId="nope")
    assert caught.value.response["Error"]["Message"] == "Invalid Integration identifier specified"


def test_an_integration_is_not_found_under_another_api(shipped, connect):
    client = connect(shipped)
    with pytest.raises(client.exceptions.NotFoundException) as caught:
        client.get_integration(ApiId="w6x7y8z9a0", IntegrationId="abc123d")
    assert caught.value.response["Error"]["Message"] == "Invalid Integration identifier specified"


def test_an_access_key_of_twelve_digits_is_the_account_and_sees_only_its_own(shipped, connect):
    client = connect(shipped, access_key="111122223333")
    with pytest.raises(client.exceptions.NotFoundException) as caught:
        client.get_integration(ApiId="a1b2c3d4e5", IntegrationId="abc123d")
    assert caught.value.response["Error"]["Message"] == (
        "Invalid API identifier specified 111122223333:a1b2c3d4e5"
    )


def test_another_region_does_not_see_the_fixtures(shipped, connect):
    client = connect(shipped, region="eu-central-1")
    with pytest.raises(client.exceptions.NotFoundException):
        client.get_integration(ApiId="a1b2c3d4e5", IntegrationId="abc123d")


def test_an_identifier_is_decoded_from_the_path(shipped, connect):
    client = connect(shipped)
    with pytest.raises(client.exceptions.NotFoundException) as caught:
        client.get_integration(ApiId="a/b c%", IntegrationId="abc123d")
    assert caught.value.response["Error"]["Message"] == (
        "Invalid API identifier specified 000000000000:a/b c%"
    )
