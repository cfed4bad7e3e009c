// All resources as a tree, from the admin API's state document. Broken references are marked.
import { ask } from './api.js';
import { element, button } from './elements.js';

const collections = [
  'routes', 'integrations', 'stages', 'deployments', 'authorizers', 'models', 'integrationResponses', 'routeResponses',
  'apiMappings', 'routingRules',
];
const identifiers = [
  'apiId', 'routeKey', 'integrationId', 'stageName', 'deploymentId', 'authorizerId', 'modelId', 'domainName', 'apiMappingId',
  'vpcLinkId', 'integrationResponseId', 'routeResponseId', 'routingRuleId', 'name',
];

export async function show(main, { signal }) {
  const state = await ask('GET', 'state', undefined, signal);
  const tree = element('div');
  main.append(element('div', { class: 'bar' },
    button('Refresh', () => { main.replaceChildren(); show(main, { signal }); })), tree);
  for (const scope of state.scopes ?? []) {
    const inner = element('details', { open: true }, element('summary', {}, `account ${scope.account}, ${scope.region}`));
    for (const [kind, list] of Object.entries(scope)) {
      if (Array.isArray(list) && list.length) inner.append(group(kind, list, scope));
    }
    tree.append(inner);
  }
  if (!tree.childElementCount) tree.append(element('p', { class: 'quiet' }, 'No resources.'));
}

function group(kind, list, owner) {
  return element('details', { open: true },
    element('summary', {}, `${kind} (${list.length})`),
    list.map(item => resource(kind, item, owner)));
}

function resource(kind, item, owner) {
  const own = Object.fromEntries(Object.entries(item).filter(([name]) => !isCollection(item, name)));
  const broken = brokenReference(item, owner);
  const node = element('details', {}, element('summary', {}, title(kind, item),
    broken ? element('span', { class: 'bad' }, ` ✗ ${broken}`) : null));
  let isFilled = false;
  node.addEventListener('toggle', () => {
    if (isFilled || !node.open) return;
    isFilled = true;
    const copy = button('Copy as fixture', async () => {
      await navigator.clipboard.writeText(JSON.stringify(item, null, 2));
      copy.textContent = 'Copied';
    });
    const command = commandLine(kind, item, owner);
    const copyCommand = command ? button('Copy as AWS CLI', async () => {
      await navigator.clipboard.writeText(command);
      copyCommand.textContent = 'Copied';
    }) : null;
    node.append(element('div', {}, copy, ' ', copyCommand, element('pre', { tabIndex: 0 }, JSON.stringify(own, null, 2))));
    for (const name of Object.keys(item)) {
      if (isCollection(item, name) && item[name].length) node.append(group(name, item[name], item));
    }
  });
  return node;
}

function isCollection(item, name) {
  return collections.includes(name) && Array.isArray(item[name]);
}

function title(kind, item) {
  const names = [...new Set(identifiers.map(name => item[name]).filter(Boolean))].slice(0, 2);
  return names.join(' · ') || kind;
}

/** The route's target or authorizer that its API lacks. */
function brokenReference(item, owner) {
  const target = item.target?.replace(/^integrations\//, '');
  if (target && !owner.integrations?.some(one => one.integrationId === target)) return `no integration ${target}`;
  if (item.routeKey && item.authorizerId && !owner.authorizers?.some(one => one.authorizerId === item.authorizerId)) {
    return `no authorizer ${item.authorizerId}`;
  }
  return null;
}

/** The command that reads the resource. */
function commandLine(kind, item, owner) {
  const base = `aws --endpoint-url ${location.origin} apigatewayv2`;
  const api = owner.apiId ? ` --api-id ${owner.apiId}` : '';
  switch (kind) {
    case 'apis': return `${base} get-api --api-id ${item.apiId}`;
    case 'routes': return `${base} get-route${api} --route-id ${item.routeId}`;
    case 'integrations': return `${base} get-integration${api} --integration-id ${item.integrationId}`;
    case 'stages': return `${base} get-stage${api} --stage-name '${item.stageName}'`;
    case 'deployments': return `${base} get-deployment${api} --deployment-id ${item.deploymentId}`;
    case 'authorizers': return `${base} get-authorizer${api} --authorizer-id ${item.authorizerId}`;
    case 'models': return `${base} get-model${api} --model-id ${item.modelId}`;
    case 'domainNames': return `${base} get-domain-name --domain-name ${item.domainName}`;
    case 'vpcLinks': return `${base} get-vpc-link --vpc-link-id ${item.vpcLinkId}`;
    default: return null;
  }
}
