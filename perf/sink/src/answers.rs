//! What the sink says to a GraphQL document: only what an import asks.

use crate::document::{Field, argument, root_fields};
use crate::imports::Imports;
use crate::rows::Rows;
use crate::usage::cpu_seconds;
use serde_json::{Map, Value, json};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

/// Everything that all connections share.
pub struct Service {
    pub imports: Imports,
    base: String,
    bytes: AtomicU64,
    rows: AtomicUsize,
    questions: AtomicUsize,
    sum: Mutex<u128>,
}

impl Service {
    /// Give out addresses that begin with `base`.
    pub fn new(base: &str) -> Self {
        Self {
            imports: Imports::default(),
            base: base.to_owned(),
            bytes: AtomicU64::new(0),
            rows: AtomicUsize::new(0),
            questions: AtomicUsize::new(0),
            sum: Mutex::new(0),
        }
    }

    /// Answers the mutation that makes an import of the rows that came with it.
    pub fn create(&self, operations: &[u8], rows: Rows) -> String {
        self.bytes.fetch_add(rows.bytes, Relaxed);
        self.rows.fetch_add(rows.uuids.len(), Relaxed);
        let sum = rows.uuids.iter().fold(0_u128, |sum, uuid| sum.wrapping_add(*uuid));
        let mut all = self.sum.lock().unwrap_or_else(PoisonError::into_inner);
        *all = all.wrapping_add(sum);
        drop(all);
        let mut rows = Some(rows.uuids);
        answer(operations, |field, variables| {
            let name = text_of(field, "name", variables);
            let known = matches!(
                field.name,
                "createLabelImport" | "createModelAssistedLabelingPredictionImport"
            );
            let (true, Some(uuids)) = (known, rows.take()) else { return None };
            let number = self.imports.add(&name, uuids);
            Some(self.imports.show(number, &self.base, &project(variables), false))
        })
    }

    /// Answers a question about the project, or about imports by their names.
    pub fn ask(&self, body: &[u8]) -> String {
        self.questions.fetch_add(1, Relaxed);
        answer(body, |field, variables| match field.name {
            "project" => Some(project(variables)),
            "labelImport" | "modelAssistedLabelingPredictionImport" => {
                let number = self.imports.find(&text_of(field, "name", variables));
                let show = |at| self.imports.show(at, &self.base, &project(variables), true);
                Some(number.map_or(Value::Null, show))
            }
            _ => None,
        })
    }

    /// Totals and CPU time so far, as JSON. `uuids` is the sum of all, modulo 2^128.
    pub fn statistics(&self) -> String {
        let (user, system) = cpu_seconds();
        let sum = *self.sum.lock().unwrap_or_else(PoisonError::into_inner);
        json!({
            "imports": self.imports.count(),
            "rows": self.rows.load(Relaxed),
            "bytes": self.bytes.load(Relaxed),
            "questions": self.questions.load(Relaxed),
            "uuids": format!("{sum:032x}"),
            "cpu_user": user,
            "cpu_system": system,
        })
        .to_string()
    }
}

fn answer(body: &[u8], mut value_of: impl FnMut(&Field, &Value) -> Option<Value>) -> String {
    let asked: Value = serde_json::from_slice(body).unwrap_or_default();
    let fields = root_fields(asked["query"].as_str().unwrap_or_default());
    let mut data = Map::new();
    for field in &fields {
        let Some(value) = value_of(field, &asked["variables"]) else {
            return mistake(&format!("the sink does not know {}", field.name));
        };
        data.insert(field.alias.to_owned(), value);
    }
    if data.is_empty() {
        return mistake("the sink finds no field");
    }
    json!({ "data": data }).to_string()
}

fn mistake(message: &str) -> String {
    let error = json!({
        "message": message,
        "extensions": { "code": "GRAPHQL_VALIDATION_FAILED" },
    });
    json!({ "errors": [error] }).to_string()
}

fn text_of(field: &Field, name: &str, variables: &Value) -> String {
    let value = argument(field.arguments, name).unwrap_or_default();
    match value.strip_prefix('$') {
        Some(variable) => variables[variable].as_str().unwrap_or_default().to_owned(),
        None => value.trim_matches('"').to_owned(),
    }
}

/// A project with every field that clients select, whatever was asked.
fn project(variables: &Value) -> Value {
    let id = ["project", "projectId", "param_0"]
        .iter()
        .find_map(|name| variables[*name].as_str())
        .unwrap_or("project");
    json!({
        "id": id,
        "name": "sink",
        "description": "",
        "createdAt": "2026-01-01T00:00:00.000Z",
        "updatedAt": "2026-01-01T00:00:00.000Z",
        "setupComplete": null,
        "lastActivityTime": null,
        "autoAuditNumberOfLabels": 1,
        "autoAuditPercentage": 1.0,
        "allowedMediaType": "IMAGE",
        "editorTaskType": null,
        "dataRowCount": 0,
        "modelSetupComplete": null,
        "uploadType": "Auto",
        "isBenchmarkEnabled": false,
        "isConsensusEnabled": false,
        "ontology": null,
    })
}
