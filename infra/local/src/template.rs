//! What `infra/template.yaml` says, as plain values: the one truth about rules, queues, streams, schedules, routes and tables.
//!
//! Only the forms that the template uses are understood; anything else is refused with the name of its resource, so that the system on
//! this machine cannot silently differ from the one in the cloud.

mod error;
mod functions;
mod names;
mod node;
mod queues;
mod routes;
mod rules;
mod tables;
#[cfg(test)]
mod tests;
mod topology;

use aws::tables::TableSpec;

pub use error::TemplateError;
pub use topology::{Function, HttpRoute, Queue, QueueMapping, Rule, Schedule, StreamMapping, Topology};

/// The template of this version.
pub const TEMPLATE: &str = include_str!("../../template.yaml");

impl Topology {
    /// Reads a template.
    ///
    /// # Errors
    /// [`TemplateError`]: not YAML, a form that is not understood, or a reference to a resource that is not there.
    pub fn read(template: &str) -> Result<Self, TemplateError> {
        let document: serde_yaml_ng::Value = serde_yaml_ng::from_str(template).map_err(TemplateError::Yaml)?;
        let resources = node::Resources::new(&document)?;
        let functions = functions::read(&resources)?;
        let topology = Self {
            rules: rules::read(&resources)?,
            queues: queues::read(&resources)?,
            queue_mappings: functions.queue_mappings,
            stream_mappings: functions.stream_mappings,
            schedules: functions.schedules,
            http_routes: routes::read(&resources)?,
            tables: tables::read(&resources)?,
            functions: functions.all,
        };
        topology.check_streams(&resources)?;
        Ok(topology)
    }

    fn check_streams(&self, resources: &node::Resources<'_>) -> Result<(), TemplateError> {
        for mapping in &self.stream_mappings {
            let streams = |table: &&TableSpec| table.name == mapping.table && table.stream.is_some();
            if self.tables.iter().find(streams).is_none() {
                let function = resources.logical_id_of(&mapping.function);
                return Err(TemplateError::new(
                    function,
                    "Properties.Events",
                    format!("the table {} has no stream", mapping.table),
                ));
            }
        }
        Ok(())
    }
}
