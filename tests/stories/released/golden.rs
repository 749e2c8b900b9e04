//! Compares what is said today with what was said then: everything said then must be said, under the
//! same name, and may have company. Wording is today's own. Changes when a word joins those.

use serde_json::Value;

/// What programs say in a language for people, from catalogues that may be reworded.
const WORDING: [&str; 6] = ["sentence", "read", "problems", "label", "type_label", "words"];

/// Everything said then and not today, each by its path.
pub fn missing(then: &Value, today: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("", then, today, &mut found);
    found
}

fn compare(path: &str, then: &Value, today: &Value, found: &mut Vec<String>) {
    match (then, today) {
        (Value::Object(then), Value::Object(today)) => {
            for (key, value) in then.iter().filter(|(key, _)| !WORDING.contains(&key.as_str())) {
                match today.get(key) {
                    Some(other) => compare(&format!("{path}/{key}"), value, other, found),
                    // An absent key is how some answers say null.
                    None if value.is_null() => {}
                    None => found.push(format!("{path}/{key}: {value} is not said any more")),
                }
            }
        }
        (Value::Array(then), Value::Array(today)) if then.len() == today.len() => {
            for (place, (value, other)) in then.iter().zip(today).enumerate() {
                compare(&format!("{path}/{place}"), value, other, found);
            }
        }
        _ if then == today => {}
        _ => found.push(format!("{path}: {then} then, {today} today")),
    }
}

#[test]
fn a_comparison_hears_what_changed_what_went_and_not_what_came() {
    use serde_json::json;
    let then = json!({"a": [1, {"b": "x"}], "c": null, "sentence": "then"});
    assert_eq!(missing(&then, &json!({"a": [1, {"b": "x", "new": 3}], "sentence": "today"})), [""; 0]);
    let told = |today: Value| missing(&then, &today).len();
    assert_eq!(told(json!({"a": [1, {"b": "y"}]})), 1, "another value");
    assert_eq!(told(json!({"a": [1, {}]})), 1, "a key less");
    assert_eq!(told(json!({"a": [1]})), 1, "a line less");
    assert_eq!(told(json!({"a": [{"b": "x"}, 1]})), 2, "another order");
    assert_eq!(told(json!({"a": [1, {"b": "x"}, 2]})), 1, "a line more");
    assert_eq!(told(json!({})), 1, "all gone");
}
