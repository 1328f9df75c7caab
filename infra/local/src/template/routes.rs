//! Routes of the HTTP API.

use super::error::TemplateError;
use super::functions;
use super::node::{Node, Resources};
use super::topology::HttpRoute;

pub(super) fn read(resources: &Resources<'_>) -> Result<Vec<HttpRoute>, TemplateError> {
    resources.of_type("AWS::ApiGatewayV2::Route").map(|route| read_one(resources, &route)).collect()
}

fn read_one<'a>(resources: &Resources<'a>, route: &Node<'a>) -> Result<HttpRoute, TemplateError> {
    let key = route.field("Properties.RouteKey")?;
    let (method, path) = key
        .text()?
        .split_once(' ')
        .filter(|(method, path)| method.bytes().all(|byte| byte.is_ascii_uppercase()) && path.starts_with('/'))
        .ok_or_else(|| key.refuse("is not a method and a path"))?;
    let target = route.field("Properties.Target")?;
    let integration =
        resources.resolve(&target, target.substituted("integrations/")?, "AWS::ApiGatewayV2::Integration")?;
    integration.field("Properties.PayloadFormatVersion")?.must_be("2.0")?;
    let function = integration.field("Properties.IntegrationUri")?;
    Ok(HttpRoute {
        method: method.to_owned(),
        path: path.to_owned(),
        function: functions::resolve(resources, &function, function.attribute_of("Arn")?)?,
    })
}
