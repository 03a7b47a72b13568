//! The shape of URL paths: a deployment's prefix, a method's route.

/// `/`, `/api`, `/api/v1`; otherwise what is wrong, as the rest of a sentence about the option.
pub(crate) fn check_prefix(prefix: &str) -> Result<(), String> {
    if !prefix.starts_with('/') {
        return Err(format!("must begin with `/`: \"/{prefix}\""));
    }
    if prefix == "/" {
        return Ok(());
    }
    if prefix.ends_with('/') {
        return Err(format!("must not end with `/`: \"{}\"", prefix.trim_end_matches('/')));
    }
    if prefix.contains(['{', '}', '*']) {
        return Err("is a fixed path; parameters such as `{id}` go in a method's route: `#[get(\"/{id}\")]`".to_owned());
    }
    check_letters(prefix)
}

/// `/`, `/items/{id}`, `/files/{*path}`; otherwise what is wrong, as the rest of a sentence about the route.
pub(crate) fn check_route(route: &str) -> Result<(), String> {
    if !route.starts_with('/') {
        return Err(format!("must begin with `/`: \"/{route}\""));
    }
    check_letters(route)?;
    let segments: Vec<&str> = route[1..].split('/').collect();
    let mut names = Vec::new();
    for (index, segment) in segments.iter().enumerate() {
        let Some(name) = check_segment(segment)? else {
            continue;
        };
        if name.starts_with('*') && index + 1 < segments.len() {
            return Err(format!(
                "has `{{{name}}}` before its end; a parameter with `*` takes the rest of the path"
            ));
        }
        let name = name.trim_start_matches('*');
        if names.contains(&name) {
            return Err(format!("names the parameter `{name}` twice"));
        }
        names.push(name);
    }
    Ok(())
}

/// The same text for two routes that answer the same paths: parameters' names do not tell routes apart.
pub(crate) fn shape(route: &str) -> String {
    let segments = route.split('/').map(|segment| match segment.as_bytes() {
        [b'{', b'*', ..] => "{*}",
        [b'{', ..] => "{}",
        _ => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}

/// The name of the parameter that a segment is, with its `*`, if it is one.
fn check_segment(segment: &str) -> Result<Option<&str>, String> {
    if let Some(name) = segment.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) {
        let name =
            name.strip_suffix("..").map_or_else(|| name.to_owned(), |name| format!("*{name}"));
        return Err(format!("has `{segment}`; a parameter is written `{{{name}}}`"));
    }
    if let Some(name) = segment.strip_prefix(':') {
        return Err(format!("has `:{name}`; a parameter is written `{{{name}}}`"));
    }
    if let Some(name) = segment.strip_prefix('*') {
        let name = if name.is_empty() { "rest" } else { name };
        return Err(format!("has `{segment}`; the rest of the path is written `{{*{name}}}`"));
    }
    if !segment.contains(['{', '}']) {
        return Ok(None);
    }
    let name = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let valid =
        |name: &&str| !name.trim_start_matches('*').is_empty() && !name.contains(['{', '}']);
    match name.filter(valid) {
        Some(name) if !is_name(name.strip_prefix('*').unwrap_or(name)) => {
            let plain: String = name
                .trim_start_matches('*')
                .chars()
                .take_while(|letter| is_name_letter(*letter))
                .collect();
            let star = if name.starts_with('*') { "*" } else { "" };
            let plain = if plain.is_empty() { "name".to_owned() } else { plain };
            Err(format!(
                "has `{segment}`; a parameter is a name such as `{{{star}{plain}}}`, and its type says what it may be"
            ))
        }
        Some(name) => Ok(Some(name)),
        None => Err(format!("has `{segment}`; a parameter is a whole segment such as `{{id}}`")),
    }
}

/// The names of a route's parameters.
pub(crate) fn parameters(route: &str) -> Vec<&str> {
    let names = route.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    names.map(|name| name.trim_start_matches('*')).collect()
}

/// Whether, of two shapes, one has a parameter where the other has the rest of the path, and all before is the same.
pub(crate) fn overlap(one: &str, other: &str) -> bool {
    let mut pairs = one.split('/').zip(other.split('/'));
    let differing = pairs.find(|(one, other)| one != other);
    matches!(differing, Some(("{*}", "{}") | ("{}", "{*}")))
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(is_name_letter)
}

fn is_name_letter(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || letter == '-'
}

fn check_letters(path: &str) -> Result<(), String> {
    if path.contains("//") {
        return Err("has an empty segment (`//`)".to_owned());
    }
    match path
        .chars()
        .find(|letter| letter.is_whitespace() || letter.is_control() || "?#\\".contains(*letter))
    {
        Some(letter) => Err(format!("must not contain `{}`", letter.escape_default())),
        None => Ok(()),
    }
}
