//! What is wrong with a template.

/// A template that cannot be run on this machine.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// It is not YAML.
    #[error("infra/template.yaml is not YAML")]
    Yaml(#[source] serde_yaml_ng::Error),
    /// A resource says something that is not understood.
    #[error("infra/template.yaml: {resource}: {path}: {problem}")]
    Resource {
        /// The logical id of the resource, or the section of the template.
        resource: String,
        /// Where in the resource.
        path: String,
        /// What is wrong there.
        problem: String,
    },
}

impl TemplateError {
    pub(super) fn new(resource: impl Into<String>, path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Resource { resource: resource.into(), path: path.into(), problem: problem.into() }
    }
}
