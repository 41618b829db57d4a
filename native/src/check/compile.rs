//! Compiles the `normalized` form of an ontology into its table; nothing in it is required but
//! the types and names.

use super::ontology::{Kind, Node, Ontology, ROOT, Type};
use super::rule::Rule;
use serde_json::Value;

/// R-ONT-7: features of an ontology.
const MOST_FEATURES: usize = 4000;
/// Questions below questions; deeper ones are not looked at.
const DEEPEST: usize = 64;

/// A fault of the ontology itself: the rule, the JSON path, and what was found.
pub type Fault = (Rule, String, String);

/// An ontology, and what is wrong with it by itself (R-ONT-5, 7, 8).
#[must_use]
pub fn compile(normalized: &Value) -> (Ontology, Vec<Fault>) {
    let mut compiler = Compiler::default();
    compiler.tools(list(normalized, "tools"));
    compiler.questions(ROOT, list(normalized, "classifications"), "$.classifications", 0);
    let count = compiler.ontology.count();
    if count > MOST_FEATURES {
        compiler.fault(Rule::FeatureCount, "$", &count.to_string());
    }
    if compiler.prompts > 1 {
        let prompts = format!("{} prompts", compiler.prompts);
        compiler.fault(Rule::OntologyForm, "$.classifications", &prompts);
    }
    (compiler.ontology, compiler.faults)
}

#[derive(Default)]
struct Compiler {
    ontology: Ontology,
    faults: Vec<Fault>,
    prompts: usize,
}

impl Compiler {
    fn fault(&mut self, rule: Rule, path: &str, found: &str) {
        self.faults.push((rule, path.to_owned(), found.to_owned()));
    }

    fn tools(&mut self, tools: &[Value]) {
        for (number, tool) in tools.iter().enumerate() {
            let path = format!("$.tools[{number}]");
            let form = Type::of_tool(text(tool, "tool").unwrap_or_default());
            let name = text(tool, "name").unwrap_or_default();
            let node = self.feature(ROOT, form, tool, (name, &path));
            let below = format!("{path}.classifications");
            self.questions(node, list(tool, "classifications"), &below, 0);
        }
    }

    fn questions(&mut self, parent: u32, questions: &[Value], path: &str, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        for (number, question) in questions.iter().enumerate() {
            self.question(parent, question, &format!("{path}[{number}]"), depth);
        }
    }

    fn question(&mut self, parent: u32, question: &Value, path: &str, depth: usize) {
        let spelled = text(question, "type").unwrap_or_default();
        let form = Type::of_classification(spelled);
        self.prompts += usize::from(spelled == "prompt");
        // Very old ontologies name a question by its instructions.
        let name = text(question, "name").filter(|name| !name.is_empty());
        let name = name.or_else(|| text(question, "instructions")).unwrap_or_default();
        let node = self.feature(parent, form, question, (name, path));
        let options = list(question, "options");
        let below = format!("{path}.options");
        if form == Type::Text || form == Type::Formless {
            self.questions(node, options, &below, depth + 1);
        } else {
            self.options(node, options, &below, depth);
            if matches!(form, Type::Radio | Type::Checklist) && options.is_empty() {
                self.fault(Rule::OntologyForm, path, "no options");
            }
        }
        let more = format!("{path}.classifications");
        self.questions(node, list(question, "classifications"), &more, depth + 1);
    }

    fn feature(
        &mut self,
        parent: u32,
        form: Type,
        source: &Value,
        (name, path): (&str, &str),
    ) -> u32 {
        let indexed = text(source, "scope") == Some("index");
        let required = source.get("required").and_then(Value::as_bool).unwrap_or(false);
        let required = required && parent == ROOT;
        let id = text(source, "featureSchemaId").unwrap_or_default().to_owned();
        let node = Node { form, indexed, parent: false, name: name.to_owned(), id, required };
        let node = self.ontology.add(parent, node);
        if !self.ontology.name(parent, Kind::Name, name, node) {
            self.fault(Rule::NameTwice, path, name);
        }
        self.schema_id(parent, source, node);
        node
    }

    fn schema_id(&mut self, parent: u32, source: &Value, node: u32) {
        if let Some(id) = text(source, "featureSchemaId") {
            self.ontology.name(parent, Kind::SchemaId, id, node);
        }
    }

    fn options(&mut self, question: u32, options: &[Value], path: &str, depth: usize) {
        for (number, option) in options.iter().enumerate() {
            let path = format!("{path}[{number}]");
            let value = spelled(option, "value").unwrap_or_default();
            let label = spelled(option, "label").unwrap_or_else(|| value.clone());
            let name = label.clone();
            let (form, required) = (Type::Option, false);
            let id = text(option, "featureSchemaId").unwrap_or_default().to_owned();
            let node = Node { form, indexed: false, parent: false, name, id, required };
            let node = self.ontology.add(question, node);
            if !self.ontology.name(question, Kind::Name, &label, node) {
                self.fault(Rule::NameTwice, &path, &label);
            }
            if value != label && !value.is_empty() {
                self.ontology.name(question, Kind::Value, &value, node);
            }
            self.schema_id(question, option, node);
            for below in ["options", "classifications"] {
                self.questions(node, list(option, below), &format!("{path}.{below}"), depth + 1);
            }
        }
    }
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str)
}

// Labels and values may be numbers, which compare as their text.
fn spelled(value: &Value, key: &str) -> Option<String> {
    match value.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::compile;
    use crate::check::ontology::{Kind, ROOT, Type};
    use crate::check::rule::Rule;
    use serde_json::json;

    #[test]
    fn features_are_found_below_their_parents_alone() {
        let (ontology, faults) = compile(&json!({
            "tools": [{"tool": "rectangle", "name": "car", "featureSchemaId": "c1",
                "classifications": [{"type": "text", "name": "plate"}]}],
            "classifications": [{"type": "radio", "name": "weather", "scope": "index",
                "options": [{"label": "Sunny", "value": "sunny"}, {"value": 3}]}],
        }));
        assert_eq!(faults, []);
        let one = |parent, kind, key: &str| ontology.find(parent, kind, key.as_bytes()).next();
        let car = one(ROOT, Kind::Name, "car").expect("a tool");
        assert_eq!(one(ROOT, Kind::SchemaId, "c1"), Some(car));
        assert_eq!(ontology.node(car).form, Type::Rectangle);
        assert!(
            one(car, Kind::Name, "plate").is_some() && one(ROOT, Kind::Name, "plate").is_none()
        );
        let weather = one(ROOT, Kind::Name, "weather").expect("a question");
        assert!(ontology.node(weather).indexed && ontology.node(weather).parent);
        let sunny = one(weather, Kind::Name, "Sunny").expect("an option");
        assert_eq!(one(weather, Kind::Value, "sunny"), Some(sunny));
        assert!(one(weather, Kind::Name, "3").is_some());
        assert_eq!(one(weather, Kind::Value, "3"), None);
        assert_eq!(ontology.count(), 5);
    }

    #[test]
    fn many_names_are_all_found() {
        let tools: Vec<_> =
            (0..5000).map(|n| json!({"tool": "point", "name": format!("t{n}")})).collect();
        let (ontology, faults) = compile(&json!({ "tools": tools }));
        for n in [0, 1, 77, 4999] {
            let name = format!("t{n}");
            let node = ontology.find(ROOT, Kind::Name, name.as_bytes()).next().expect("a tool");
            assert_eq!(ontology.node(node).name, name);
        }
        assert_eq!(faults[0].0, Rule::FeatureCount);
    }

    #[test]
    fn twins_are_found_in_their_order_and_told() {
        let (ontology, faults) = compile(&json!({
            "tools": [{"tool": "point", "name": "a"}, {"tool": "line", "name": "a"}],
            "classifications": [{"type": "radio", "name": "q"}],
        }));
        let forms: Vec<_> =
            ontology.find(ROOT, Kind::Name, b"a").map(|node| ontology.node(node).form).collect();
        assert_eq!(forms, [Type::Point, Type::Line]);
        let told: Vec<_> = faults.iter().map(|(rule, path, _)| (*rule, path.as_str())).collect();
        let twice = (Rule::NameTwice, "$.tools[1]");
        assert_eq!(told, [twice, (Rule::OntologyForm, "$.classifications[0]")]);
    }
}
