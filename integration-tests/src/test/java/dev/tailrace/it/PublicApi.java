// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a module lets programs use, a line each: the public types of its exported packages, and their public and protected members.
 * What every type has ({@code toString()} and its like, an enum's {@code values()}) is left out, as are the word "public" and the
 * packages of types of Java and of Tailrace. Names of parameters, other than of records, and whether something may be null,
 * do not show.
 */
final class PublicApi {

    private static final Set<String> OF_EVERY_TYPE = Set.of("equals", "hashCode", "toString", "values", "valueOf");

    private PublicApi() {}

    /** The lines of the module that has {@code type}: types in the order of their names, each with its members in order. */
    static List<String> ofModuleOf(Class<?> type) throws IOException, URISyntaxException {
        Path place =
                Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (Files.isDirectory(place)) {
            return below(place, type.getClassLoader());
        }
        try (FileSystem jar = FileSystems.newFileSystem(place)) {
            return below(jar.getPath("/"), type.getClassLoader());
        }
    }

    private static List<String> below(Path root, ClassLoader loader) throws IOException {
        TreeSet<String> names;
        try (Stream<Path> files = Files.walk(root)) {
            names = files.map(file -> root.relativize(file).toString())
                    .filter(file ->
                            file.endsWith(".class") && !file.matches("(META-INF/.*|(.*/)?(module|package)-info.class)"))
                    .map(file ->
                            file.substring(0, file.length() - ".class".length()).replace('/', '.'))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
        Set<String> exported = exported(root, names);
        List<String> lines = new ArrayList<>();
        for (String name : names) {
            if (exported.contains(name.substring(0, name.lastIndexOf('.')))) {
                try {
                    lines.addAll(ofType(Class.forName(name, false, loader)));
                } catch (ClassNotFoundException e) {
                    throw new IOException(root + " has " + name + ", and the class path has not", e);
                }
            }
        }
        return lines;
    }

    private static Set<String> exported(Path root, Set<String> names) throws IOException {
        Path descriptor = root.resolve("module-info.class");
        if (Files.notExists(descriptor)) {
            // Known by its jar's name, which exports all.
            return names.stream()
                    .map(name -> name.substring(0, name.lastIndexOf('.')))
                    .collect(Collectors.toSet());
        }
        try (InputStream in = Files.newInputStream(descriptor)) {
            return ModuleDescriptor.read(in).exports().stream()
                    .filter(exports -> !exports.isQualified())
                    .map(ModuleDescriptor.Exports::source)
                    .collect(Collectors.toSet());
        }
    }

    /** The lines of a type; none if programs cannot name it. */
    static List<String> ofType(Class<?> type) {
        for (Class<?> around = type; around != null; around = around.getEnclosingClass()) {
            if (!isVisible(around.getModifiers()) || around.isAnonymousClass() || around.isLocalClass()) {
                return List.of();
            }
        }
        TreeSet<String> members = new TreeSet<>();
        addMembers(type, type, members);
        List<String> lines = new ArrayList<>();
        lines.add(type.getName().replace('$', '.') + " is " + header(type));
        members.forEach(member -> lines.add(type.getName().replace('$', '.') + " has " + member));
        return lines;
    }

    private static String header(Class<?> type) {
        StringBuilder text = new StringBuilder();
        boolean fixed = type.isInterface() || type.isEnum() || type.isRecord();
        int hidden = Modifier.PUBLIC
                | Modifier.INTERFACE
                | (fixed ? Modifier.ABSTRACT | Modifier.FINAL | Modifier.STATIC : 0);
        text.append(words(type.getModifiers() & ~hidden));
        text.append(type.isSealed() ? "sealed " : "");
        text.append(
                type.isAnnotation()
                        ? "@interface"
                        : type.isInterface()
                                ? "interface"
                                : type.isEnum() ? "enum" : type.isRecord() ? "record" : "class");
        text.append(variables(type.getTypeParameters()));
        if (type.isRecord()) {
            text.append(Arrays.stream(type.getRecordComponents())
                    .map(component -> name(component.getGenericType()) + " " + component.getName())
                    .collect(joining(", ", "(", ")")));
        }
        if (!fixed && type.getSuperclass() != Object.class) {
            text.append(" extends ").append(name(type.getGenericSuperclass()));
        }
        if (type.getInterfaces().length > 0) {
            text.append(type.isInterface() ? " extends " : " implements ").append(names(type.getGenericInterfaces()));
        }
        if (type.isSealed()) {
            text.append(" permits ").append(names(type.getPermittedSubclasses()));
        }
        return text.toString();
    }

    /** Those of {@code from} as seen at {@code type}: a base class that nobody can name gives its members to those who extend it. */
    private static void addMembers(Class<?> type, Class<?> from, Set<String> members) {
        for (Field field : from.getDeclaredFields()) {
            if (isVisible(field.getModifiers()) && !field.isSynthetic()) {
                members.add(field.isEnumConstant() ? "constant " + field.getName() : field(field));
            }
        }
        for (Constructor<?> constructor : type == from ? from.getDeclaredConstructors() : new Constructor<?>[0]) {
            if (isVisible(constructor.getModifiers()) && !constructor.isSynthetic() && !type.isEnum()) {
                members.add(words(constructor.getModifiers() & ~Modifier.PUBLIC)
                        + spaced(variables(constructor.getTypeParameters())) + "new" + parameters(constructor));
            }
        }
        for (Method method : from.getDeclaredMethods()) {
            if (isVisible(method.getModifiers())
                    && !method.isSynthetic()
                    && !OF_EVERY_TYPE.contains(method.getName())) {
                members.add(method(method));
            }
        }
        Stream.concat(Stream.ofNullable(from.getSuperclass()), Arrays.stream(from.getInterfaces()))
                .filter(base -> !isVisible(base.getModifiers()))
                .forEach(base -> addMembers(type, base, members));
    }

    private static String field(Field field) {
        String text =
                words(field.getModifiers() & ~Modifier.PUBLIC) + name(field.getGenericType()) + " " + field.getName();
        if (!Modifier.isStatic(field.getModifiers())
                || !(field.getType().isPrimitive() || field.getType() == String.class)) {
            return text;
        }
        try {
            // Compilers copy it into the programs that use it.
            return text + " = " + field.get(null);
        } catch (IllegalAccessException e) {
            return text;
        }
    }

    private static String method(Method method) {
        boolean ofInterface = method.getDeclaringClass().isInterface();
        int hidden = Modifier.PUBLIC | Modifier.SYNCHRONIZED | Modifier.NATIVE | (ofInterface ? Modifier.ABSTRACT : 0);
        return (method.isDefault() ? "default " : "")
                + words(method.getModifiers() & Modifier.methodModifiers() & ~hidden)
                + spaced(variables(method.getTypeParameters()))
                + name(method.getGenericReturnType())
                + " "
                + method.getName()
                + parameters(method);
    }

    private static String parameters(Executable of) {
        Type[] types = of.getGenericParameterTypes();
        String text = names(types);
        if (of.isVarArgs()) {
            text = text.substring(0, text.length() - "[]".length()) + "...";
        }
        Type[] thrown = of.getGenericExceptionTypes();
        Arrays.sort(thrown, Comparator.comparing(PublicApi::name));
        return "(" + text + ")" + (thrown.length == 0 ? "" : " throws " + names(thrown));
    }

    private static String variables(TypeVariable<?>[] variables) {
        return variables.length == 0
                ? ""
                : Arrays.stream(variables)
                        .map(variable -> variable.getName()
                                + (variable.getBounds()[0] == Object.class
                                        ? ""
                                        : " extends "
                                                + names(variable.getBounds()).replace(", ", " & ")))
                        .collect(joining(", ", "<", ">"));
    }

    private static String names(Type[] types) {
        return Arrays.stream(types).map(PublicApi::name).collect(joining(", "));
    }

    private static String name(Type type) {
        return type.getTypeName()
                .replaceAll("\\b(java|dev\\.tailrace)(\\.[a-z]\\w*)*\\.(?=[A-Z])", "")
                .replace('$', '.');
    }

    private static String words(int modifiers) {
        return spaced(Modifier.toString(modifiers));
    }

    private static String spaced(String text) {
        return text.isEmpty() ? "" : text + " ";
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }
}
