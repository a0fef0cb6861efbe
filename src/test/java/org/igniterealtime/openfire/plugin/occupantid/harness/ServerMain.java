/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 */
package org.igniterealtime.openfire.plugin.occupantid.harness;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import org.dom4j.Element;
import org.dom4j.io.SAXReader;
import org.jivesoftware.database.DbConnectionManager;
import org.jivesoftware.openfire.XMPPServer;
import org.jivesoftware.openfire.container.Plugin;
import org.jivesoftware.openfire.container.PluginListener;
import org.jivesoftware.openfire.container.PluginManager;
import org.jivesoftware.openfire.net.DNSUtil;
import org.jivesoftware.openfire.user.UserManager;
import org.jivesoftware.openfire.user.UserNotFoundException;
import org.jivesoftware.util.JiveGlobals;
import org.xmpp.packet.IQ;
import org.xmpp.packet.Message;
import org.xmpp.packet.Presence;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import com.sun.management.UnixOperatingSystemMXBean;

import jdk.jfr.Configuration;
import jdk.jfr.Recording;

/**
 * Main class of the process that {@link OpenfireServer} starts: Openfire itself, and a hand inside it that does what an
 * admin would do.
 * <p>
 * A request is a line on standard input: a number, a verb, arguments. Each is answered with a line on standard output: the
 * number, {@code ok} or {@code failed}, results. Arguments and results are {@link #encode encoded}. The end of standard
 * input is the end of the server, which thus never outlives whoever started it.
 * <p>
 * This must stay a single class file, for it is the only one of the tests' classes on the server's class path.
 */
public final class ServerMain implements PluginListener
{
    /** Settings that Openfire looks for in its file only, never in its database. */
    private static final Set<String> XML_ONLY = Set.of("adminConsole", "connectionProvider", "database", "locale", "network", "setup");

    private final File home;
    private final Set<String> initialised = ConcurrentHashMap.newKeySet();
    private XMPPServer server;
    private Recording recording;

    private ServerMain(final File home)
    {
        this.home = home;
    }

    /**
     * Obeys until standard input ends, then stops the server.
     *
     * @param args the home directory of the server.
     * @throws Exception when standard input cannot be read.
     */
    public static void main(final String[] args) throws Exception
    {
        // Whatever the server prints must not mix with the answers.
        final PrintStream answers = System.out;
        System.setOut(System.err);

        final ServerMain self = new ServerMain(new File(args[0]));
        final BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            final String[] words = line.split(" ");
            final List<String> results = new ArrayList<>();
            String verdict = "ok";
            try {
                results.addAll(self.obey(words[1], Arrays.stream(words).skip(2).map(ServerMain::decode).toList()));
            } catch (final Throwable e) {
                // Whatever it is, who asked must know.
                final StringWriter trace = new StringWriter();
                e.printStackTrace(new PrintWriter(trace, true));
                verdict = "failed";
                results.add(trace.toString());
            }
            final StringBuilder answer = new StringBuilder(words[0]).append(' ').append(verdict);
            results.forEach(result -> answer.append(' ').append(encode(result)));
            answers.println(answer);
        }
        self.stop();
    }

    /**
     * Makes a word without white space from any text, or from null.
     */
    static String encode(final String text)
    {
        return text == null ? "-" : "=" + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Undoes {@link #encode}.
     */
    static String decode(final String word)
    {
        return word.equals("-") ? null : new String(Base64.getDecoder().decode(word.substring(1)), StandardCharsets.UTF_8);
    }

    private List<String> obey(final String verb, final List<String> args) throws Exception
    {
        switch (verb) {
            case "boot":
                boot(args);
                return List.of();
            case "install":
                install(Path.of(args.get(0)));
                return List.of();
            case "uninstall":
                uninstall(args.get(0));
                return List.of();
            case "isInstalled":
                return List.of(String.valueOf(isInstalled(args.get(0))));
            case "createAccount":
                UserManager.getInstance().createUser(args.get(0), args.get(1), null, null);
                return List.of();
            case "hasAccount":
                return List.of(String.valueOf(hasAccount(args.get(0))));
            case "setProperty":
                setProperty(args.get(0), args.get(1));
                return List.of();
            case "overrideDns":
                overrideDns(args.get(0));
                return List.of();
            case "createMucService":
                call(server.getMultiUserChatManager(), "createMultiUserChatService", args.get(0), null, false);
                return List.of();
            case "deleteMucService":
                server.getMultiUserChatManager().removeMultiUserChatService(args.get(0));
                return List.of();
            case "destroyRoom":
                destroyRoom(args.get(0), args.get(1));
                return List.of();
            case "route":
                route(args.get(0));
                return List.of();
            case "query":
                return query(args.get(0));
            case "usage":
                return usage();
            case "footprint":
                return footprint();
            case "startRecording":
                recording = new Recording(Configuration.getConfiguration("profile"));
                recording.start();
                return List.of();
            case "stopRecording":
                recording.stop();
                recording.dump(Path.of(args.get(0)));
                recording.close();
                return List.of();
            case "held":
                return held(args.get(0), args.subList(1, args.size()));
            case "plugin":
                return List.of(String.valueOf(askPlugin(args.get(0), args.get(1).split("\\."), args.subList(2, args.size()))));
            default:
                throw new IllegalArgumentException("Unknown request: " + verb);
        }
    }

    /**
     * Starts the server. The settings are made before, through a database that is already there by then: the ports are
     * among them.
     */
    private void boot(final List<String> settings) throws Exception
    {
        if (hasMethod(JiveGlobals.class, "setHomePath")) {
            call(JiveGlobals.class, "setHomePath", home.toPath());
        } else {
            JiveGlobals.setHomeDirectory(home.getPath());
        }
        JiveGlobals.setConfigName("conf" + File.separator + "openfire.xml");
        // Openfire 4.9 deadlocks if it finds a new encryption key while it reads a property.
        JiveGlobals.getPropertyEncryptor();
        for (int i = 0; i < settings.size(); i += 2) {
            setProperty(settings.get(i), settings.get(i + 1));
        }
        server = new XMPPServer();
        if (!server.isStarted()) {
            throw new IllegalStateException("Openfire did not start.");
        }
        server.getPluginManager().addPluginListener(this);
        // Openfire opens its ports in another thread when the plugins are loaded. Meanwhile requests can deadlock with it.
        while (!server.getPluginManager().isExecuted() || server.getPluginManager().isMonitorTaskRunning()) {
            Thread.sleep(10);
        }
    }

    private void stop()
    {
        // Connections of the server's own may keep it from an orderly end.
        final Thread guard = new Thread(() -> {
            try {
                Thread.sleep(10_000);
                Runtime.getRuntime().halt(1);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, "guard of the server's end");
        guard.setDaemon(true);
        guard.start();
        if (server != null) {
            server.stop();
        }
        System.exit(0);
    }

    private void install(final Path jar) throws Exception
    {
        final String fileName = jar.getFileName().toString();
        final String canonicalName = fileName.substring(0, fileName.lastIndexOf('.')).toLowerCase(Locale.ROOT);
        initialised.remove(canonicalName);
        try (InputStream in = Files.newInputStream(jar)) {
            if (!server.getPluginManager().installPlugin(in, fileName)) {
                throw new IllegalStateException("Openfire refused " + jar);
            }
        }
        // A plugin counts as loaded even if its initialisation failed; only the event tells.
        if (!server.getPluginManager().isLoaded(canonicalName) || !initialised.contains(canonicalName)) {
            throw new IllegalStateException("Openfire could not load the plugin " + canonicalName);
        }
    }

    private void uninstall(final String canonicalName)
    {
        final PluginManager plugins = server.getPluginManager();
        if (!isInstalled(canonicalName)) {
            throw new IllegalStateException("No such plugin: " + canonicalName);
        }
        plugins.deletePlugin(canonicalName);
        if (plugins.isInstalled(canonicalName) || plugins.isExtracted(canonicalName) || plugins.isLoaded(canonicalName)) {
            throw new IllegalStateException("Openfire could not unload the plugin " + canonicalName);
        }
    }

    private boolean isInstalled(final String canonicalName)
    {
        return server.getPluginManager().isInstalled(canonicalName) && server.getPluginManager().isLoaded(canonicalName);
    }

    @Override
    public void pluginCreated(final String canonicalName, final Plugin plugin)
    {
        initialised.add(canonicalName);
    }

    @Override
    public void pluginDestroyed(final String canonicalName, final Plugin plugin)
    {
        initialised.remove(canonicalName);
    }

    private static boolean hasAccount(final String user)
    {
        try {
            return UserManager.getInstance().getUser(user) != null;
        } catch (final UserNotFoundException e) {
            return false;
        }
    }

    private static void setProperty(final String name, final String value) throws ReflectiveOperationException
    {
        if (XML_ONLY.contains(name.split("\\.")[0])) {
            call(JiveGlobals.class, "setXMLProperty", name, value);
        } else if (value == null) {
            call(JiveGlobals.class, "deleteProperty", name);
        } else if (!value.equals(JiveGlobals.getProperty(name))) {
            call(JiveGlobals.class, "setProperty", name, value);
        }
    }

    private Object plugin(final String canonicalName) throws ReflectiveOperationException
    {
        final PluginManager plugins = server.getPluginManager();
        return hasMethod(PluginManager.class, "getPluginByCanonicalName")
            ? ((Optional<?>) call(plugins, "getPluginByCanonicalName", canonicalName)).orElseThrow()
            : plugins.getPlugin(canonicalName);
    }

    private static boolean hasMethod(final Class<?> type, final String name)
    {
        return Arrays.stream(type.getMethods()).anyMatch(method -> method.getName().equals(name));
    }

    /**
     * Calls a public method that has another signature in other versions of Openfire.
     *
     * @param target the object, or the class of a static method.
     * @param name the method's name.
     * @param args arguments for the one method of this name that takes them.
     */
    private static Object call(final Object target, final String name, final Object... args) throws ReflectiveOperationException
    {
        final Class<?> type = target instanceof Class ? (Class<?>) target : target.getClass();
        for (final Method method : type.getMethods()) {
            if (method.getName().equals(name) && takes(method.getParameterTypes(), args)) {
                return method.invoke(target, args);
            }
        }
        throw new NoSuchMethodException(type.getName() + "." + name + Arrays.toString(args));
    }

    private static boolean takes(final Class<?>[] types, final Object[] args)
    {
        boolean all = types.length == args.length;
        for (int i = 0; all && i < args.length; i++) {
            all = args[i] == null ? !types[i].isPrimitive()
                : types[i].isInstance(args[i]) || args[i] instanceof Boolean && types[i] == boolean.class;
        }
        return all;
    }

    /**
     * The property of this name is read only once, and its parser and the class of the addresses are private.
     */
    private static void overrideDns(final String addresses) throws ReflectiveOperationException
    {
        final Method parser = DNSUtil.class.getDeclaredMethod("decode", String.class);
        parser.setAccessible(true);
        // The class of the values has another name since Openfire 5.1.
        @SuppressWarnings("unchecked")
        final Map<String, DNSUtil.HostAddress> parsed = (Map<String, DNSUtil.HostAddress>) parser.invoke(null, addresses);
        DNSUtil.setDnsOverride(parsed);
    }

    private void destroyRoom(final String subdomain, final String name) throws ReflectiveOperationException
    {
        final Object service = server.getMultiUserChatManager().getMultiUserChatService(subdomain);
        final Object room = service == null ? null : call(service, "getChatRoom", name);
        if (room == null) {
            throw new IllegalStateException("No room " + name + " at " + subdomain);
        }
        call(room, "destroyRoom", null, null);
    }

    private void route(final String stanza) throws Exception
    {
        final Element element = new SAXReader().read(new StringReader(stanza)).getRootElement();
        switch (element.getName()) {
            case "message":
                server.getPacketRouter().route(new Message(element, true));
                break;
            case "presence":
                server.getPacketRouter().route(new Presence(element, true));
                break;
            case "iq":
                server.getPacketRouter().route(new IQ(element, true));
                break;
            default:
                throw new IllegalArgumentException("Not a stanza: " + stanza);
        }
    }

    /**
     * Goes from a plugin along its fields and methods, and calls the last method with the arguments.
     */
    private Object askPlugin(final String canonicalName, final String[] methods, final List<String> args)
        throws ReflectiveOperationException
    {
        Object result = plugin(canonicalName);
        for (int i = 0; i < methods.length; i++) {
            final List<String> given = i < methods.length - 1 ? List.of() : args;
            final Class<?>[] types = given.stream().map(arg -> String.class).toArray(Class<?>[]::new);
            final Object target = result;
            final String member = methods[i];
            final Optional<Field> field = Arrays.stream(target.getClass().getDeclaredFields()).filter(one -> one.getName().equals(member))
                .findAny();
            if (field.isPresent() && i < methods.length - 1) {
                field.get().setAccessible(true);
                result = field.get().get(target);
            } else {
                final Method method = Stream.of(target.getClass().getDeclaredMethods(), target.getClass().getMethods()).flatMap(Stream::of)
                    .filter(one -> one.getName().equals(member) && Arrays.equals(one.getParameterTypes(), types)).findFirst()
                    .orElseThrow(() -> new NoSuchMethodException(target.getClass() + " " + member));
                method.setAccessible(true);
                result = method.invoke(target, given.toArray());
            }
        }
        return result;
    }

    /**
     * The rows, one after the other, after the number of columns.
     */
    private static List<String> query(final String sql) throws Exception
    {
        final List<String> results = new ArrayList<>();
        try (Connection connection = DbConnectionManager.getConnection(); Statement statement = connection.createStatement()) {
            if (statement.execute(sql)) {
                try (ResultSet rows = statement.getResultSet()) {
                    final int columns = rows.getMetaData().getColumnCount();
                    results.add(String.valueOf(columns));
                    while (rows.next()) {
                        for (int i = 1; i <= columns; i++) {
                            results.add(rows.getString(i));
                        }
                    }
                }
            }
        }
        return results;
    }

    /**
     * The nanoseconds of processor time that this process has taken, and the bytes that its threads have allocated. What threads
     * allocated that have ended since is not in it; the server's hardly ever do.
     */
    private static List<String> usage()
    {
        final long nanos = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
        final ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        final long bytes = Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds())).filter(count -> count > 0).sum();
        return List.of(String.valueOf(nanos), String.valueOf(bytes));
    }

    /**
     * What the server has in use: bytes of heap after a full collection, threads, classes, open files and connections.
     */
    private static List<String> footprint()
    {
        // The second one takes what the first one has only made ready to go.
        System.gc();
        System.gc();
        final long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        final long threads = ManagementFactory.getThreadMXBean().getThreadCount();
        final long classes = ManagementFactory.getClassLoadingMXBean().getLoadedClassCount();
        final long files = ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class).getOpenFileDescriptorCount();
        return List.of(String.valueOf(heap), String.valueOf(threads), String.valueOf(classes), String.valueOf(files));
    }

    /**
     * How many objects a plugin holds, by the simple name of the plugin's class that holds them, the two after each other. Followed are the
     * plugin's own objects and statics, arrays, and what of Java's own keeps others; what belongs to the server is not.
     *
     * @param containers simple names of the plugin's classes that hold nothing for themselves, but for those who hold them.
     */
    private List<String> held(final String canonicalName, final List<String> containers) throws ReflectiveOperationException
    {
        final Object plugin = plugin(canonicalName);
        final ClassLoader own = plugin.getClass().getClassLoader();
        final Map<Object, String> holders = new IdentityHashMap<>();
        final Deque<Object> todo = new ArrayDeque<>();
        final Set<Class<?>> classes = new HashSet<>();
        holders.put(plugin, plugin.getClass().getSimpleName());
        todo.add(plugin);
        while (!todo.isEmpty()) {
            final Object next = todo.remove();
            final Class<?> type = next.getClass();
            final boolean isOwn = type.getClassLoader() == own;
            final String name = type.getName().replaceAll(".*\\.|[$].*", "");
            final String holder = isOwn && !containers.contains(name) ? name : holders.get(next);
            final List<Object> found = new ArrayList<>();
            if (next instanceof Object[]) {
                found.addAll(Arrays.asList((Object[]) next));
            } else if (Proxy.isProxyClass(type)) {
                found.add(Proxy.getInvocationHandler(next));
            } else if (isOwn || type.getName().startsWith("java.util.")) {
                for (Class<?> part = type; part != null; part = part.getSuperclass()) {
                    final boolean withStatics = part.getClassLoader() == own && classes.add(part);
                    for (final Field field : part.getDeclaredFields()) {
                        final boolean isStatic = Modifier.isStatic(field.getModifiers());
                        if (!field.getType().isPrimitive() && (!isStatic || withStatics) && field.trySetAccessible()) {
                            found.add(field.get(isStatic ? null : next));
                        }
                    }
                }
            }
            for (final Object one : found) {
                if (one != null && !holders.containsKey(one)) {
                    holders.put(one, holder);
                    todo.add(one);
                }
            }
        }
        final Map<String, Integer> counts = new TreeMap<>();
        holders.values().forEach(holder -> counts.merge(holder, 1, Integer::sum));
        final List<String> results = new ArrayList<>();
        counts.forEach((holder, count) -> results.addAll(List.of(holder, count.toString())));
        return results;
    }
}
